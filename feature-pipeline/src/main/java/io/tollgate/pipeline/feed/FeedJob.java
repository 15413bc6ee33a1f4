package io.tollgate.pipeline.feed;

import com.azure.cosmos.CosmosAsyncClient;
import com.azure.cosmos.CosmosAsyncDatabase;
import io.tollgate.features.key.IdHasher;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.status.StatusFile;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds both containers' changes, and the references that payments miss, into the hub until it is told to stop. {@link #run} is called once; {@link #stop} may be
 * called from any thread, also before.
 */
final class FeedJob {
    private static final Logger LOG = LoggerFactory.getLogger(FeedJob.class);

    /** A page under way: a read that is throttled (5 s), a write that is not acknowledged (15 s). */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(25);

    private final FeedSettings settings;
    private final Clock clock;
    private final StopSignal stop = new StopSignal();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    FeedJob(FeedSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Returns after {@link #stop}, when what was under way is done.
     *
     * @throws FeedException when a container cannot be read and no retry will change that
     */
    void run() throws InterruptedException {
        try (CosmosAsyncClient client = connect()) {
            if (client != null) {
                feed(client.getDatabase(settings.cosmos().database()));
            }
        } finally {
            ended.countDown();
        }
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    /** Asks {@link #run} to end and waits until it has, within a bound. */
    void stop() throws InterruptedException {
        stop.give();
        if (!ended.await(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("the feed did not end within {} s; what was under way will come again", STOP_LIMIT.toSeconds());
        }
    }

    /** The account may be slow to appear: tries until it is there or the signal is given (null). */
    private @Nullable CosmosAsyncClient connect() throws InterruptedException {
        Backoff backoff = new Backoff(new SplittableRandom());
        while (!stop.isGiven()) {
            try {
                return settings.cosmos().open();
            } catch (RuntimeException e) {
                FeedException lasting =
                        Failures.lasting(e, "the account " + settings.cosmos().endpoint());
                if (lasting != null) {
                    throw lasting;
                }
                Duration delay = backoff.failed(Failures.askedDelay(e));
                LOG.warn(
                        "cannot reach {}: {}; trying again in {} ms",
                        settings.cosmos().endpoint(),
                        Failures.describe(e),
                        delay.toMillis());
                stop.pause(delay);
            }
        }
        return null;
    }

    private void feed(CosmosAsyncDatabase database) throws InterruptedException {
        EventTranslator translator = new EventTranslator(
                IdHasher.of(settings.engine().keySecret()),
                new EventParser(EventRules.DEFAULT, settings.engine().engine(), EventParser.Detail.EVENT),
                clock);
        StatusFile statusFile = new StatusFile(settings.statusFile(), clock);
        List<Thread> threads = new ArrayList<>();
        try (HubWriter hub = new HubWriter(settings.hub())) {
            for (FeedContainer container : FeedContainer.values()) {
                ContainerFeed feed = new ContainerFeed(
                        container,
                        new ChangeSource(database.getContainer(container.id())),
                        translator,
                        hub,
                        new Continuations(settings.stateDir(), container),
                        new FeedStatus(container, statusFile, clock),
                        new Backoff(new SplittableRandom()),
                        settings);
                Thread thread = new Thread(() -> runOne(feed), "feed-" + container.id());
                threads.add(thread);
                thread.start();
            }
            if (settings.loadsPerSecond() > 0) {
                threads.add(loader(database, translator, hub, statusFile));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private Thread loader(
            CosmosAsyncDatabase database, EventTranslator translator, HubWriter hub, StatusFile statusFile) {
        ReferenceLoader loader = new ReferenceLoader(
                new ReferenceSource(database.getContainer(FeedContainer.ACCOUNT_CARD_REFERENCE.id())),
                translator,
                hub,
                new RecentLoads(clock, settings.loadsPerSecond()),
                new Backoff(new SplittableRandom()),
                statusFile);
        Thread thread = new Thread(() -> runLoader(loader), "reference-loader");
        thread.start();
        return thread;
    }

    private void runLoader(ReferenceLoader loader) {
        try (WishReader wishes = new WishReader(settings.hub(), clock)) {
            loader.run(wishes, stop);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop.give();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            stop.give();
        }
    }

    /** The first failure that lasts ends both. */
    private void runOne(ContainerFeed feed) {
        try {
            feed.run(stop);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop.give();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            stop.give();
        }
    }
}
