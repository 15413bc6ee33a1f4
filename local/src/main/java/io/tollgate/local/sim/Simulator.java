package io.tollgate.local.sim;

import io.tollgate.features.domain.FeatureEvent;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** The simulated world: its past, its present and what its issuer knows of the cards. Immutable and safe for threads. */
public final class Simulator {
    /** Cards of the smallest live world: fewer would know each other by sight. */
    private static final int MIN_LIVE_CARDS = 1_000;

    /** Keeps the live world's memory below some 100 MB; past it people get busier instead. */
    private static final int MAX_LIVE_CARDS = 200_000;

    private static final int CARDS_PER_MERCHANT = 20;

    private final SimulationSettings settings;

    public Simulator(SimulationSettings settings) {
        this.settings = settings;
    }

    /**
     * The payments before {@code until}, in time order, with everything known about them.
     *
     * @param until the end; its time of day is cut off
     */
    public void history(Instant until, Consumer<SimulatedPayment> sink) {
        new History(settings, sink).run(until);
    }

    /**
     * Payments from {@code start} on.
     *
     * @param rate payments a second that will be asked for, more than 0
     * @param idPrefix of the transaction ids, which are numbered
     */
    public LiveTraffic live(Instant start, double rate, String idPrefix) {
        return liveTraffic(settings, settings.seed(), start, rate, idPrefix);
    }

    /**
     * What the issuer knows of the cards that {@link #live} will use at this rate.
     *
     * @param limit how many cards at most
     */
    public List<FeatureEvent.Reference> references(Instant validFrom, double rate, int limit) {
        int cards = Math.min(limit, liveCards(settings, rate));
        return new Population(settings.seed(), cards, cards / CARDS_PER_MERCHANT + 100).references(validFrom, cards);
    }

    static LiveTraffic liveTraffic(
            SimulationSettings settings, long seed, Instant start, double rate, String idPrefix) {
        if (!(rate > 0)) {
            throw new IllegalArgumentException("rate must be more than 0 payments a second");
        }
        int cards = liveCards(settings, rate);
        Population population = new Population(seed, cards, cards / CARDS_PER_MERCHANT + 100);
        return new LiveTraffic(population, Draws.of(seed, "live", start.toEpochMilli()), start, rate, idPrefix);
    }

    private static int liveCards(SimulationSettings settings, double rate) {
        double cards = rate * settings.pauseBetweenPayments().toSeconds();
        return (int) Math.max(MIN_LIVE_CARDS, Math.min(MAX_LIVE_CARDS, cards));
    }
}
