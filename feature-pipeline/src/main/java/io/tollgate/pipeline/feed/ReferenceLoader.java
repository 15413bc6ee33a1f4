package io.tollgate.pipeline.feed;

import io.tollgate.pipeline.status.StatusFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers wishes: reads the card's document by its key and writes it to the hub as the event that the change feed would
 * have written, under the same id. One read per card and fleet, however many payments wished for it; a card that Cosmos
 * DB does not know is not asked for again for a while. Runs on a thread of its own.
 *
 * <p>A wish is a convenience: one that cannot be answered within a few attempts is dropped and counted, because the next
 * payment of the card wishes again.
 */
final class ReferenceLoader {
    private static final Logger LOG = LoggerFactory.getLogger(ReferenceLoader.class);

    /** With the backoff between them some seconds, after which there are newer wishes. */
    private static final int MAX_ATTEMPTS = 4;

    private final ReferenceSource source;
    private final EventTranslator translator;
    private final HubWriter hub;
    private final RecentLoads recent;
    private final Backoff backoff;
    private final Counts counts;

    ReferenceLoader(
            ReferenceSource source,
            EventTranslator translator,
            HubWriter hub,
            RecentLoads recent,
            Backoff backoff,
            StatusFile status) {
        this.source = source;
        this.translator = translator;
        this.hub = hub;
        this.recent = recent;
        this.backoff = backoff;
        this.counts = new Counts(status);
    }

    /** A member of the status file. */
    private static final class Counts {
        private final StatusFile file;
        private int partitions;
        private long wishes;
        private long reads;
        private long loaded;
        private long unknown;
        private long dropped;
        private long failures;
        private long throttled;
        private @Nullable String lastFailure;

        Counts(StatusFile file) {
            this.file = file;
        }

        void write() {
            file.update("reference_loads", node -> {
                node.put("partitions", partitions);
                node.put("wishes", wishes);
                node.put("reads", reads);
                node.put("loaded", loaded);
                node.put("unknown", unknown);
                node.put("dropped", dropped);
                node.put("failures", failures);
                node.put("throttled", throttled);
                node.put("lastFailure", lastFailure);
            });
        }
    }

    /** Returns after the signal, when the loads under way are done. */
    void run(WishReader wishes, StopSignal stop) throws InterruptedException {
        counts.write();
        while (!stop.isGiven()) {
            try {
                List<ReferenceWish> next = wishes.next();
                boolean moved = counts.partitions != wishes.partitions();
                counts.partitions = wishes.partitions();
                if (!next.isEmpty()) {
                    answer(next, stop);
                }
                if (moved || !next.isEmpty()) {
                    counts.write();
                }
                wishes.done();
                backoff.succeeded();
            } catch (KafkaException e) {
                // The messages come again; cards that were loaded are remembered.
                stop.pause(failed(e));
            }
        }
    }

    private void answer(List<ReferenceWish> wishes, StopSignal stop) throws InterruptedException {
        counts.wishes += wishes.size();
        Set<String> cards = new LinkedHashSet<>();
        for (ReferenceWish wish : wishes) {
            if (cards.contains(wish.card()) || recent.knows(wish.card())) {
                continue;
            }
            if (recent.mayBegin()) {
                cards.add(wish.card());
            } else {
                counts.dropped++;
            }
        }
        for (int attempt = 1; !cards.isEmpty() && !stop.isGiven(); attempt++) {
            Throwable failure = load(cards);
            if (failure == null) {
                backoff.succeeded();
                return;
            }
            Duration delay = failed(failure);
            if (attempt == MAX_ATTEMPTS) {
                counts.dropped += cards.size();
                cards.clear();
            }
            counts.write();
            // In either case: what fails now would fail for the next wishes, too.
            stop.pause(delay);
        }
    }

    /** Loads the cards and takes those that are done out of the set; the last failure, null when there was none. */
    private @Nullable Throwable load(Set<String> cards) throws InterruptedException {
        counts.reads += cards.size();
        Throwable failure = null;
        List<String> found = new ArrayList<>();
        List<HubEvent> events = new ArrayList<>();
        for (ReferenceSource.Read read : source.read(cards)) {
            if (read.failure() != null) {
                failure = read.failure();
            } else if (read.document() == null) {
                counts.unknown++;
                recent.unknown(read.card());
                cards.remove(read.card());
            } else {
                found.add(read.card());
                events.add(translator.translate(FeedContainer.ACCOUNT_CARD_REFERENCE, read.document()));
            }
        }
        hub.write(FeedContainer.ACCOUNT_CARD_REFERENCE, events);
        counts.loaded += found.size();
        found.forEach(card -> {
            recent.found(card);
            cards.remove(card);
        });
        return failure;
    }

    private Duration failed(Throwable failure) {
        counts.failures++;
        counts.throttled += Failures.throttled(failure) ? 1 : 0;
        counts.lastFailure = Failures.describe(failure);
        Duration delay = backoff.failed(Failures.askedDelay(failure));
        LOG.warn("loading references: {}; trying again in {} ms", counts.lastFailure, delay.toMillis());
        return delay;
    }
}
