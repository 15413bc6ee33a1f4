package io.tollgate.local.sim;

import io.tollgate.features.domain.TransactionId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A past to learn from, in time order: weeks of a small population's everyday life with attacks in it, and between them
 * some rushes.
 *
 * <p>A rush is a few minutes of {@link LiveTraffic} among other people: a demonstration squeezes into a minute what a
 * card sees in a day, and starts with nothing known of anybody. A model that has only seen everyday life would take
 * every second payment of the demonstration for an attack.
 */
final class History {
    /** Attacks per cardholder and day: about 1.5% of payments are fraudulent, above life but enough to learn from. */
    private static final double ATTACKS_PER_CARD_DAY = 0.0017;

    /** In everyday life minutes lie between the payments of an attack. */
    private static final double PACE = 20;

    /** Share of days on which a cardholder is in another city. */
    private static final double AWAY = 0.03;

    private static final double[] WEEKDAYS = {1, 0.95, 0.97, 1, 1.15, 1.2, 0.75};

    /** Payments a second in a rush; their population grows with it, so the number itself matters little. */
    private static final double RUSH_RATE = 150;

    private record Planned(Instant at, int order, PlannedPayment.Maker maker) {}

    private final SimulationSettings settings;
    private final Consumer<SimulatedPayment> sink;
    private final Population population;
    private final Draws draws;
    private final Shopper shopper;
    private final Attacks attacks;
    private List<Planned> pending = new ArrayList<>();
    private long number;
    private int rushes;

    History(SimulationSettings settings, Consumer<SimulatedPayment> sink) {
        this.settings = settings;
        this.sink = sink;
        this.population = new Population(settings.seed(), settings.historyCards(), settings.historyMerchants());
        this.draws = Draws.of(settings.seed(), "history", 0);
        this.shopper = new Shopper(population, draws);
        this.attacks = new Attacks(population, shopper, draws, PACE);
    }

    /**
     * @param until end of the history, exclusive
     */
    void run(Instant until) {
        Instant day = until.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(settings.historyDays()));
        for (int i = 0; i < settings.historyDays(); i++) {
            Instant end = day.plus(Duration.ofDays(1));
            plan(day);
            boolean rush =
                    rushes < settings.rushes() && i >= (rushes + 1) * settings.historyDays() / (settings.rushes() + 1);
            if (rush) {
                Instant start = day.plus(Duration.ofHours(10));
                Instant stop = start.plus(settings.rushLength());
                emit(start);
                rush(start, stop);
            }
            emit(end);
            day = end;
        }
    }

    private void plan(Instant day) {
        double weekday = WEEKDAYS[day.atZone(ZoneOffset.UTC).getDayOfWeek().getValue() - 1];
        for (Cardholder holder : population.cardholders()) {
            int city = draws.chance(AWAY) ? draws.index(City.HOME.size()) : holder.city();
            for (int i = draws.poisson(holder.dailyPayments() * weekday); i > 0; i--) {
                plan(at(day, shopper.secondOfDay(holder)), (id, at) -> shopper.payment(holder, city, id, at));
            }
        }
        double expected = ATTACKS_PER_CARD_DAY * population.cardholders().size();
        for (int i = draws.poisson(expected); i > 0; i--) {
            Instant start = at(day, draws.between(0.0, 86_400.0));
            attacks.any().forEach(p -> plan(at(start, p.offsetSeconds()), p.maker()));
        }
        pending.sort(Comparator.comparing(Planned::at).thenComparing(Planned::order));
    }

    private void plan(Instant at, PlannedPayment.Maker maker) {
        pending.add(new Planned(at, pending.size(), maker));
    }

    /** Hands on what happens before {@code end}; the rest of an attack that goes on past midnight stays. */
    private void emit(Instant end) {
        List<Planned> later = new ArrayList<>();
        for (Planned planned : pending) {
            if (planned.at().isBefore(end)) {
                sink.accept(planned.maker().make(new TransactionId("h-" + number++), planned.at()));
            } else {
                later.add(planned);
            }
        }
        pending = later;
    }

    /** Merges the rush with what the small population does meanwhile. */
    private void rush(Instant start, Instant stop) {
        rushes++;
        LiveTraffic traffic =
                Simulator.liveTraffic(settings, settings.seed() + rushes, start, RUSH_RATE, "r" + rushes + "-");
        long intervalNanos = (long) (1e9 / RUSH_RATE);
        for (Instant at = start; at.isBefore(stop); at = at.plusNanos(intervalNanos)) {
            Instant millisecond = at.truncatedTo(ChronoUnit.MILLIS);
            emit(millisecond);
            sink.accept(traffic.next(millisecond));
        }
    }

    private static Instant at(Instant start, double seconds) {
        return start.plusMillis((long) (seconds * 1000));
    }
}
