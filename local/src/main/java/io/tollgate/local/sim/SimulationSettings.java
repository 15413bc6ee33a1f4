package io.tollgate.local.sim;

import java.time.Duration;

/**
 * How large the simulated world is.
 *
 * @param seed the same seed gives the same world
 * @param historyCards cardholders of the history, 10 to 100,000
 * @param historyMerchants merchants of the history, 50 to 100,000: below that a kind or a city would be missing
 * @param historyDays days of history, 1 to 365
 * @param rushes how many rushes lie within the history, 0 to 20
 * @param rushLength how long each lasts, at most an hour
 * @param pauseBetweenPayments mean time between two payments of a card in live traffic, 10 s to a day: the live
 *     population grows with the rate, so that a higher rate means more people, not busier ones
 */
public record SimulationSettings(
        long seed,
        int historyCards,
        int historyMerchants,
        int historyDays,
        int rushes,
        Duration rushLength,
        Duration pauseBetweenPayments) {

    /** 30 days, the longest window of the default feature set, and about 200,000 payments. */
    public static final SimulationSettings DEFAULT =
            new SimulationSettings(1, 1_400, 600, 30, 3, Duration.ofMinutes(4), Duration.ofMinutes(2));

    public SimulationSettings {
        require(historyCards >= 10 && historyCards <= 100_000, "cards must be 10 to 100,000");
        require(historyMerchants >= 50 && historyMerchants <= 100_000, "merchants must be 50 to 100,000");
        require(historyDays >= 1 && historyDays <= 365, "days must be 1 to 365");
        require(rushes >= 0 && rushes <= 20, "rushes must be 0 to 20");
        require(
                !rushLength.isNegative() && rushLength.compareTo(Duration.ofHours(1)) <= 0,
                "a rush must last at most an hour");
        require(
                pauseBetweenPayments.compareTo(Duration.ofSeconds(10)) >= 0
                        && pauseBetweenPayments.compareTo(Duration.ofDays(1)) <= 0,
                "the time between a card's payments must be 10 seconds to a day");
    }

    /** The same world from another seed. */
    public SimulationSettings withSeed(long newSeed) {
        return new SimulationSettings(
                newSeed, historyCards, historyMerchants, historyDays, rushes, rushLength, pauseBetweenPayments);
    }

    private static void require(boolean ok, String message) {
        if (!ok) {
            throw new IllegalArgumentException(message);
        }
    }
}
