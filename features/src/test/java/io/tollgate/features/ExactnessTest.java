package io.tollgate.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetReader;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.FeatureSpec.Aggregate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine against plain loops over raw events, on seeded random histories. */
class ExactnessTest {
    private static final IdHasher HASHER = IdHasher.of("a secret only for tests");

    private static final String AGGREGATIONS = """
            featureSet: test
            version: v1
            baseCurrency: EUR
            lateness: 2h
            groups:
              - {entity: card, name: all, recent: 4, values: 1000}
            features:
            """;

    private static String feature(int i, String body) {
        return "  - {name: f" + i + ", type: number, unit: u, description: d, default: -7, defaultIsSentinel: true, "
                + "defaultReason: r, group: 'card:all', " + body + "}\n";
    }

    private static FeatureSet set() {
        StringBuilder text = new StringBuilder(AGGREGATIONS);
        int i = 0;
        for (String window : List.of("1m", "1m, tile: 20s", "5m", "1h", "24h", "30d")) {
            for (String aggregation : List.of("count", "sum", "mean", "stddev", "min", "max")) {
                text.append(feature(i++, "aggregate: " + aggregation + ", window: " + window));
            }
            text.append(feature(i++, "aggregate: count, includeCurrent: true, window: " + window));
            text.append(feature(i++, "aggregate: mean, where: \"entry_mode == 'ECOM'\", window: " + window));
            text.append(feature(i++, "aggregate: rate, of: \"decision == 'DECLINE'\", window: " + window));
            text.append(feature(
                    i++,
                    "aggregate: rate, of: \"decision == 'DECLINE'\", where: \"entry_mode == 'ECOM'\", window: "
                            + window));
            text.append(feature(i++, "aggregate: distinct, field: merchant, window: " + window));
            text.append(feature(i++, "aggregate: distinct, field: device, includeCurrent: true, window: " + window));
            text.append(feature(i++, "aggregate: isNew, field: merchant, window: " + window));
            text.append(feature(i++, "aggregate: isNew, field: device, window: " + window));
        }
        text.append(feature(i++, "aggregate: count, window: 1h, delay: 1h, tile: 1m"));
        text.append(feature(i++, "aggregate: fraudCount, window: 24h, delay: 1h, tile: 5m"));
        text.append(feature(i++, "aggregate: fraudRate, window: 7d, delay: 24h"));
        text.append(feature(i++, "aggregate: lastAmount"));
        text.append(feature(i++, "aggregate: lastAmount, where: \"decision == 'DECLINE'\""));
        text.append(feature(i++, "aggregate: secondsSinceLast"));
        text.append(feature(i++, "aggregate: secondsSinceLast, where: \"entry_mode == 'ECOM'\""));
        text.append(feature(i++, "aggregate: secondsSinceFirst"));
        text.append(feature(i++, "aggregate: kmFromLast"));
        text.append(feature(i++, "aggregate: kmhFromLast"));
        return FeatureSetReader.read("test.yaml", text.toString());
    }

    private static Predicate<FeatureEvent.Decided> meaning(@Nullable String condition) {
        if (condition == null) {
            return p -> true;
        }
        return condition.contains("ECOM")
                ? p -> p.authorization().card().entryMode() == EntryMode.ECOM
                : p -> p.decision() == Decision.DECLINE;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void vector_equalsPlainLoops_whenEventsComeShuffledAndTwice(long seed) {
        FeatureSet set = set();
        FeatureEngine engine = FeatureEngine.compile(set, HASHER);
        long span =
                new long[] {60_000, 600_000, 7_200_000, 90_000_000L, 3_000_000_000L, 5_000_000_000L}[(int) seed - 1];
        Payments payments = new Payments(seed);
        List<FeatureEvent.Decided> history = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            history.add(payments.next(span, false));
        }
        List<FeatureEvent> events = new ArrayList<>(history);
        events.addAll(payments.outcomes(history, span / 4));
        events.sort(EventOrder.COMPARATOR);
        NaiveFeatures naive = new NaiveFeatures(events);
        Random random = new Random(seed);

        EntityState ordered = engine.newOrderedState(EntityType.CARD);
        int checked = 0;
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof FeatureEvent.Decided current) {
                double[] vector = engine.defaults();
                ordered.evaluate(current, vector);
                if (i % 7 == 0) {
                    // What the service would read, had the same events come in another order and some of them twice.
                    List<FeatureEvent> seen = disorder(events.subList(0, i), random);
                    EntityState shuffled = engine.newState(EntityType.CARD);
                    seen.forEach(shuffled::fold);
                    assertThat(read(engine, current, shuffled))
                            .as("seed %d", seed)
                            .isEqualTo(vector);
                }
                checked += compare(set, naive, current, vector, seed);
            }
            ordered.fold(events.get(i));
        }
        assertThat(checked).isGreaterThan(20_000);
    }

    private static double[] read(FeatureEngine engine, FeatureEvent.Decided current, EntityState state) {
        byte[][] values = new byte[engine.featureSet().groups().size()][];
        state.publish("x", 1, 2).forEach(p -> values[p.group()] = p.blob());
        return engine.reader().read(current.authorization(), values, false).values();
    }

    private static int compare(
            FeatureSet set, NaiveFeatures naive, FeatureEvent.Decided current, double[] vector, long seed) {
        for (int slot = 0; slot < vector.length; slot++) {
            FeatureSpec feature = set.features().get(slot);
            Aggregate aggregate = (Aggregate) feature.definition();
            double expected = naive.value(feature, current, meaning(aggregate.where()), meaning(aggregate.of()));
            assertThat(vector[slot])
                    .as("seed %d, payment %s, %s", seed, current.eventId(), aggregate)
                    .isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected)) + tolerance(aggregate)));
        }
        return vector.length;
    }

    /** Standard deviations by another formula, and positions as 32-bit integers: 1.1 cm over the time between. */
    private static double tolerance(Aggregate aggregate) {
        return switch (aggregate.aggregation()) {
            case STDDEV -> 1e-6;
            case KM_FROM_LAST -> 5e-5;
            case KMH_FROM_LAST -> 200;
            default -> 0;
        };
    }

    private static List<FeatureEvent> disorder(List<FeatureEvent> events, Random random) {
        List<FeatureEvent> disordered = new ArrayList<>(events);
        long newest = events.stream().mapToLong(FeatureEvent::timeMs).max().orElse(0);
        Collections.shuffle(disordered, random);
        // Duplicates are told apart within the declared lateness: they follow the rest.
        events.stream()
                .filter(e -> newest - e.timeMs() < Duration.ofHours(2).toMillis() && random.nextBoolean())
                .forEach(disordered::add);
        return disordered;
    }

    /** Beyond the declared limit a distinct count is an estimate: within three of its declared standard errors. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void distinctCount_staysWithinTheDeclaredError_whenValuesExceedTheLimit(long seed) {
        String text = AGGREGATIONS.replace("values: 1000", "values: 16, error: 0.2")
                + feature(1, "aggregate: distinct, field: merchant, window: 5m")
                + feature(2, "aggregate: distinct, field: merchant, window: 1h")
                + feature(3, "aggregate: distinct, field: merchant, window: 24h");
        FeatureSet set = FeatureSetReader.read("test.yaml", text);
        FeatureEngine engine = FeatureEngine.compile(set, IdHasher.of("a secret for tests, number " + seed));
        Random random = new Random(seed);
        List<FeatureEvent.Decided> payments = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            long atMs = Payments.START_MS
                    + random.nextInt((int) Duration.ofHours(30).toMillis());
            payments.add(Payments.at("tx-" + i, atMs, "c-1", "m-" + random.nextInt(1_500), "1.00"));
        }
        payments.sort(EventOrder.COMPARATOR);
        NaiveFeatures naive = new NaiveFeatures(payments);
        EntityState state = engine.newOrderedState(EntityType.CARD);
        int estimated = 0;
        for (int i = 0; i < payments.size(); i++) {
            if (i % 97 == 0) {
                double[] vector = engine.defaults();
                state.evaluate(payments.get(i), vector);
                for (int slot = 0; slot < vector.length; slot++) {
                    double exact = naive.value(set.features().get(slot), payments.get(i), p -> true, p -> true);
                    double tolerance = exact <= 16 ? 0 : 3 * 0.2 * exact;
                    estimated += exact > 16 ? 1 : 0;
                    assertThat(vector[slot]).as("seed %d, payment %d", seed, i).isCloseTo(exact, within(tolerance));
                }
                EntityState shuffled = engine.newState(EntityType.CARD);
                disorder(new ArrayList<>(payments.subList(0, i)), random).forEach(shuffled::fold);
                assertThat(read(engine, payments.get(i), shuffled))
                        .as("seed %d", seed)
                        .isEqualTo(vector);
            }
            state.fold(payments.get(i));
        }
        assertThat(estimated).isGreaterThan(50);
    }

    @Test
    void encodedState_isTheSame_whateverTheOrder() {
        FeatureEngine engine = FeatureEngine.compile(set(), HASHER);
        Payments payments = new Payments(42);
        List<FeatureEvent> events = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            events.add(payments.next(Duration.ofHours(1).toMillis(), i % 2 == 0));
        }
        Random random = new Random(42);
        byte[] first = null;
        for (int round = 0; round < 20; round++) {
            Collections.shuffle(events, random);
            EntityState state = engine.newState(EntityType.CARD);
            for (FeatureEvent event : events) {
                assertThat(state.fold(event)).isTrue();
                if (random.nextInt(4) == 0) {
                    assertThat(state.fold(event)).as("a duplicate").isFalse();
                }
                if (random.nextInt(50) == 0) {
                    state = engine.decodeState(EntityType.CARD, state.encode());
                }
            }
            byte[] encoded = state.encode();
            first = first == null ? encoded : first;
            assertThat(encoded).as("round %d", round).isEqualTo(first);
            EntityState ordered = engine.newOrderedState(EntityType.CARD);
            events.stream().sorted(EventOrder.COMPARATOR).forEach(ordered::fold);
            assertThat(ordered.publish("x", 1, 2).get(0).blob())
                    .isEqualTo(state.publish("x", 1, 2).get(0).blob());
        }
    }

    @Test
    void vectorReader_countsAMissWithItsCause_whenTheBlobIsDamaged() {
        FeatureEngine engine = FeatureEngine.compile(set(), HASHER);
        Payments payments = new Payments(7);
        EntityState state = engine.newState(EntityType.CARD);
        for (int i = 0; i < 100; i++) {
            state.fold(payments.next(10_000_000, false));
        }
        FeatureEvent.Decided current = payments.next(10_000_000, false);
        byte[] blob = state.publish("x", 1, 2).get(0).blob();
        Random random = new Random(7);
        VectorReader reader = engine.reader();
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = random.nextBoolean()
                    ? Arrays.copyOf(blob, random.nextInt(blob.length))
                    : flip(blob, random.nextInt(blob.length * 8));
            FeatureVector vector = reader.read(current.authorization(), new byte[][] {damaged}, false);
            assertThat(vector.lookups().get(0)).isInstanceOf(Lookup.Missing.class);
            assertThat(vector.values()).containsOnly(-7);
        }
    }

    private static byte[] flip(byte[] blob, int bit) {
        byte[] copy = blob.clone();
        copy[bit / 8] ^= (byte) (1 << (bit % 8));
        return copy;
    }
}
