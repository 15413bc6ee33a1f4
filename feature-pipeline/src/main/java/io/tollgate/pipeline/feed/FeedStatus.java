package io.tollgate.pipeline.feed;

import io.tollgate.pipeline.status.StatusFile;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one container's feed goes: a member of the status file, written at most once a second unless something is wrong.
 * Confined to one thread.
 */
final class FeedStatus {
    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);

    private final FeedContainer container;
    private final StatusFile file;
    private final Clock clock;
    private long documents;
    private long invalid;
    private long failures;
    private long throttled;
    private double requestUnits;
    private long lagMs = -1;
    private long writtenAtMs = Long.MIN_VALUE;
    private long writtenDocuments;
    private @Nullable String lastFailure;
    private @Nullable String lastInvalid;

    FeedStatus(FeedContainer container, StatusFile file, Clock clock) {
        this.container = container;
        this.file = file;
        this.clock = clock;
    }

    /**
     * A page has been read, written and its continuation kept.
     *
     * @param newestChangeMs when the last of its documents was written, milliseconds since the epoch
     */
    void delivered(List<HubEvent> page, long newestChangeMs) {
        documents += page.size();
        for (HubEvent event : page) {
            if (event.problem() != null) {
                invalid++;
                lastInvalid = event.problem();
            }
        }
        lagMs = Math.max(0, clock.millis() - newestChangeMs);
        write("reading", false);
    }

    /** Cosmos DB has answered. */
    void read(double charge) {
        requestUnits += charge;
        lastFailure = null;
    }

    /** All ranges were at their ends. */
    void caughtUp() {
        lagMs = 0;
        write("idle", documents != writtenDocuments);
    }

    /** @param asThrottled whether Cosmos DB answered 429 for longer than the SDK waits */
    void failed(String problem, boolean asThrottled) {
        failures++;
        throttled += asThrottled ? 1 : 0;
        lastFailure = problem;
        write("retrying", true);
    }

    void stopped() {
        write("stopped", true);
    }

    private void write(String state, boolean now) {
        long time = clock.millis();
        if (!now && writtenAtMs != Long.MIN_VALUE && time - writtenAtMs < BETWEEN_WRITES.toMillis()) {
            return;
        }
        writtenAtMs = time;
        writtenDocuments = documents;
        file.update(container.id(), node -> {
            node.put("state", state);
            node.put("documents", documents);
            node.put("invalid", invalid);
            node.put("failures", failures);
            node.put("throttled", throttled);
            node.put("requestUnits", requestUnits);
            node.put("lagMs", lagMs);
            node.put("lastFailure", lastFailure);
            node.put("lastInvalid", lastInvalid);
        });
    }
}
