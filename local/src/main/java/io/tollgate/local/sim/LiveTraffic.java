package io.tollgate.local.sim;

import io.tollgate.features.domain.TransactionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The payments of a population at a constant rate, whoever happens to pay: asked for one at a time, at the instants at
 * which they are to be sent. Confined to one thread.
 */
public final class LiveTraffic {
    /** Share of payments that belong to attacks: far above life (about 0.1%), so that a minute has something to see. */
    private static final double ATTACK_SHARE = 0.04;

    /** Mean number of payments of an attack, over the four kinds. */
    private static final double MEAN_ATTACK_SIZE = 20;

    /** Share of cardholders who are away from home. */
    private static final double AWAY = 0.02;

    /** Attack payments waiting for their time; past it no new attack starts. Some 20 attacks at once are a siege. */
    private static final int MAX_PLANNED = 1_000;

    private record Due(Instant at, long number, PlannedPayment.Maker maker) {}

    private final Population population;
    private final Shopper shopper;
    private final Attacks attacks;
    private final Draws draws;
    private final String idPrefix;
    private final double meanSecondsBetweenAttacks;
    private final PriorityQueue<Due> planned =
            new PriorityQueue<>(Comparator.comparing(Due::at).thenComparing(Due::number));
    private Instant nextAttack;
    private long planNumber;
    private long number;

    LiveTraffic(Population population, Draws draws, Instant start, double rate, String idPrefix) {
        this.population = population;
        this.draws = draws;
        this.shopper = new Shopper(population, draws);
        this.attacks = new Attacks(population, shopper, draws, 1);
        this.idPrefix = idPrefix;
        this.meanSecondsBetweenAttacks = MEAN_ATTACK_SIZE / (ATTACK_SHARE * rate);
        this.nextAttack = start.plus(seconds(draws.exponential(meanSecondsBetweenAttacks)));
    }

    /**
     * The next payment.
     *
     * @param at when it happens; not before the previous one
     */
    public SimulatedPayment next(Instant at) {
        while (!nextAttack.isAfter(at)) {
            startAttack(nextAttack);
            nextAttack = nextAttack.plus(seconds(draws.exponential(meanSecondsBetweenAttacks)));
        }
        TransactionId id = new TransactionId(idPrefix + number++);
        Due due = planned.peek();
        if (due != null && !due.at().isAfter(at)) {
            planned.remove();
            return due.maker().make(id, at);
        }
        Cardholder holder = population.cardholder(draws);
        boolean away = Math.floorMod(Draws.mix(holder.card().value().hashCode()), 1000) < AWAY * 1000;
        int city = away ? (holder.city() + 7) % City.HOME.size() : holder.city();
        return shopper.payment(holder, city, id, at);
    }

    private void startAttack(Instant at) {
        if (planned.size() > MAX_PLANNED) {
            return;
        }
        for (PlannedPayment payment : attacks.any()) {
            planned.add(new Due(at.plus(seconds(payment.offsetSeconds())), planNumber++, payment.maker()));
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
