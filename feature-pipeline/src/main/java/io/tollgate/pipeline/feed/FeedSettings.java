package io.tollgate.pipeline.feed;

import io.tollgate.pipeline.config.EngineSource;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a feed is to do.
 *
 * @param engine keys the events and judges them as the pipeline will
 * @param stateDir where it keeps how far it has read
 * @param statusFile where it says how it goes
 * @param pageSize documents per read, 1 to 1,000: one page per container is in memory, at most 2 MB a document
 * @param pollInterval how long a container that has nothing new is left alone, 10 ms to 5 min: each look costs about one
 *     request unit per physical partition
 * @param loadsPerSecond how many references that payments miss may be loaded a second, 0 for none to 10,000: each costs
 *     one request unit, beside those of the feed
 */
record FeedSettings(
        CosmosSource cosmos,
        HubTarget hub,
        EngineSource engine,
        Path stateDir,
        Path statusFile,
        int pageSize,
        Duration pollInterval,
        int loadsPerSecond) {
    static final int MAX_PAGE_SIZE = 1_000;

    private static final int MAX_LOADS = 10_000;
    private static final Duration MIN_POLL = Duration.ofMillis(10);
    private static final Duration MAX_POLL = Duration.ofMinutes(5);

    FeedSettings {
        if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
            throw new IllegalArgumentException("the page size must be 1 to " + MAX_PAGE_SIZE + " documents");
        }
        if (pollInterval.compareTo(MIN_POLL) < 0 || pollInterval.compareTo(MAX_POLL) > 0) {
            throw new IllegalArgumentException("the poll interval must be 10 milliseconds to 5 minutes");
        }
        if (loadsPerSecond < 0 || loadsPerSecond > MAX_LOADS) {
            throw new IllegalArgumentException("the reference loads per second must be 0 to " + MAX_LOADS);
        }
    }
}
