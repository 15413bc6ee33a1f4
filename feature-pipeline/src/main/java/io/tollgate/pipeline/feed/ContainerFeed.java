package io.tollgate.pipeline.feed;

import com.azure.cosmos.models.FeedRange;
import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.pipeline.feed.ChangeSource.Page;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves one container's changes into the hub, on a thread of its own: a page of each range in turn, and a page's
 * continuation is kept after the hub has acknowledged all of its events. What fails is tried again from the last
 * continuation that was kept, so that every change arrives at least once.
 */
final class ContainerFeed {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerFeed.class);
    private static final long MILLIS_PER_SECOND = 1_000;

    private final FeedContainer container;
    private final ChangeSource source;
    private final EventTranslator translator;
    private final HubWriter hub;
    private final Continuations kept;
    private final FeedStatus status;
    private final Backoff backoff;
    private final int pageSize;
    private final Duration pollInterval;
    private final List<Position> positions = new ArrayList<>();
    private String resourceId = "";
    private boolean unsaved;

    /** Where a range is read next: from its beginning while there is no continuation. */
    private static final class Position {
        private final @Nullable FeedRange range;
        private @Nullable String continuation;

        private Position(@Nullable FeedRange range, @Nullable String continuation) {
            this.range = range;
            this.continuation = continuation;
        }
    }

    ContainerFeed(
            FeedContainer container,
            ChangeSource source,
            EventTranslator translator,
            HubWriter hub,
            Continuations kept,
            FeedStatus status,
            Backoff backoff,
            FeedSettings settings) {
        this.container = container;
        this.source = source;
        this.translator = translator;
        this.hub = hub;
        this.kept = kept;
        this.status = status;
        this.backoff = backoff;
        this.pageSize = settings.pageSize();
        this.pollInterval = settings.pollInterval();
    }

    /**
     * Returns after the signal, when the page under way is done.
     *
     * @throws FeedException when the container cannot be read and no retry will change that
     */
    void run(StopSignal stop) throws InterruptedException {
        while (!stop.isGiven()) {
            try {
                if (positions.isEmpty()) {
                    open();
                }
                boolean moved = pass(stop);
                backoff.succeeded();
                if (!moved) {
                    status.caughtUp();
                    stop.pause(pollInterval);
                }
            } catch (IOException | RuntimeException e) {
                // Whatever it was, nothing is lost by reading the page again, and the status tells of it.
                stop.pause(afterFailure(e));
            }
        }
        status.stopped();
    }

    private void open() throws IOException {
        resourceId = source.resourceId();
        List<String> continuations = kept.load(resourceId);
        if (continuations.isEmpty()) {
            source.ranges().forEach(range -> positions.add(new Position(range, null)));
        } else {
            continuations.forEach(each -> positions.add(new Position(null, each)));
        }
        LOG.info(
                "{}: reading {} ranges {}",
                container.id(),
                positions.size(),
                continuations.isEmpty() ? "from the beginning" : "from where the last run got to");
    }

    /** A page of each range; false when none had anything new. */
    private boolean pass(StopSignal stop) throws IOException, InterruptedException {
        boolean moved = false;
        for (Position position : positions) {
            if (stop.isGiven()) {
                return moved;
            }
            save();
            Page page = read(position);
            status.read(page.charge());
            if (!page.documents().isEmpty()) {
                deliver(page);
                moved = true;
            }
            position.continuation = page.continuation();
            unsaved |= !page.documents().isEmpty();
        }
        save();
        return moved;
    }

    private Page read(Position position) {
        String continuation = position.continuation;
        return continuation == null
                ? source.first(Objects.requireNonNull(position.range), pageSize)
                : source.next(continuation, pageSize);
    }

    private void deliver(Page page) throws InterruptedException {
        List<HubEvent> events = page.documents().stream()
                .map(document -> translator.translate(container, document))
                .toList();
        hub.write(container, events);
        JsonNode last = page.documents().get(page.documents().size() - 1);
        status.delivered(events, last.path("_ts").longValue() * MILLIS_PER_SECOND);
    }

    /** Keeps how far all ranges are; until each has been read once, a restart begins at the beginning. */
    private void save() throws IOException {
        if (!unsaved) {
            return;
        }
        List<String> continuations = new ArrayList<>();
        for (Position position : positions) {
            if (position.continuation == null) {
                return;
            }
            continuations.add(position.continuation);
        }
        kept.save(resourceId, continuations);
        unsaved = false;
    }

    private Duration afterFailure(Exception failure) {
        FeedException lasting = Failures.lasting(failure, "the container " + container.id());
        String problem = Failures.describe(failure);
        status.failed(problem, Failures.throttled(failure));
        if (lasting != null) {
            throw lasting;
        }
        Duration delay = backoff.failed(Failures.askedDelay(failure));
        LOG.warn("{}: {}; trying again in {} ms", container.id(), problem, delay.toMillis());
        return delay;
    }
}
