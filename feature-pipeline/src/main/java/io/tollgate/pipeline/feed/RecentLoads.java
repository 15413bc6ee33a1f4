package io.tollgate.pipeline.feed;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which cards were loaded lately and are not to be loaded again, and how many loads a second may begin. All payments of a
 * card are in one partition of the hub and a partition has one reader, so that what one process remembers holds for the
 * whole fleet. Confined to one thread.
 */
final class RecentLoads {
    /** Until a reference is in Redis, with an order of magnitude to spare: hub, publisher and its batch. */
    static final Duration FOUND = Duration.ofMinutes(1);

    /** A card that Cosmos DB does not know yet comes by its change feed once it does. */
    static final Duration UNKNOWN = Duration.ofMinutes(10);

    /** About 10 MB; beyond it the oldest is forgotten and may be loaded once more. */
    private static final int MAX_REMEMBERED = 100_000;

    private final Clock clock;
    private final int perSecond;
    private final Map<String, Long> untilMs = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };
    private long second = Long.MIN_VALUE;
    private int begun;

    /** @param perSecond loads that may begin in one second of the clock */
    RecentLoads(Clock clock, int perSecond) {
        this.clock = clock;
        this.perSecond = perSecond;
    }

    /** Whether the card was loaded lately. */
    boolean knows(String card) {
        Long until = untilMs.get(card);
        return until != null && clock.millis() < until;
    }

    /** Takes one of this second's loads; false when there is none left. */
    boolean mayBegin() {
        long now = Math.floorDiv(clock.millis(), 1_000L);
        if (now != second) {
            second = now;
            begun = 0;
        }
        if (begun >= perSecond) {
            return false;
        }
        begun++;
        return true;
    }

    void found(String card) {
        remember(card, FOUND);
    }

    void unknown(String card) {
        remember(card, UNKNOWN);
    }

    private void remember(String card, Duration time) {
        untilMs.remove(card); // to the end of the line
        untilMs.put(card, clock.millis() + time.toMillis());
    }
}
