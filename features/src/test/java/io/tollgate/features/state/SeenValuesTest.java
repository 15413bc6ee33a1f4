package io.tollgate.features.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Distinct counts against sets of the values themselves, on seeded random sightings. */
class SeenValuesTest {
    private static final long HASHES = 1L << 40;
    private static final long HORIZON = 86_400;
    private static final int LIMIT = 64;

    /** A declared error of 15 %. */
    private static final int SAMPLE = 24;

    private static final double ERROR = 0.15;

    private record Sighting(long hash, long second) {}

    private static SeenValues values() {
        return new SeenValues(new StatePlan.Seen(0, 0, HORIZON, LIMIT, SAMPLE));
    }

    private static long hash(Random random) {
        return 1 + Math.floorMod(random.nextLong(), HASHES - 1);
    }

    @Test
    void count_isExact_upToTheLimit() {
        Random random = new Random(1);
        SeenValues values = values();
        Map<Long, Long> lastSeen = new HashMap<>();
        List<Long> population = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            population.add(hash(random));
        }
        for (int second = 0; second < 1_000; second++) {
            long hash = population.get(random.nextInt(LIMIT));
            values.add(hash, second);
            lastSeen.put(hash, (long) second);
            long from = random.nextInt(second + 1);
            assertThat(values.countSince(from)).isEqualTo((double)
                    lastSeen.values().stream().filter(s -> s >= from).count());
        }
    }

    /** Over 200 keys: unbiased, and with at most the declared standard error; no single estimate is off by more than 4. */
    @ParameterizedTest
    @CsvSource({"100, 0.10", "1000, 0.15", "30000, 0.15"})
    void estimate_staysWithinTheDeclaredError(int n, double standardError) {
        int rounds = 200;
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < rounds; seed++) {
            Random random = new Random(seed);
            SeenValues values = values();
            for (int i = 0; i < n; i++) {
                values.add(hash(random), (long) i * HORIZON / n);
            }
            double error = (values.countSince(0) - n) / n;
            assertThat(error).as("seed %d", seed).isCloseTo(0, within(4 * ERROR));
            sum += error;
            squares += error * error;
        }
        assertThat(Math.sqrt(squares / rounds)).isLessThan(standardError);
        assertThat(sum / rounds).isCloseTo(0, within(3 * standardError / Math.sqrt(rounds)));
    }

    @Test
    void values_areTheSame_whateverTheOrder() {
        Random random = new Random(7);
        List<Long> population = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            population.add(hash(random));
        }
        List<Sighting> sightings = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            // Many in one second, so that the order within it counts, too.
            sightings.add(new Sighting(population.get(random.nextInt(2_000)), random.nextInt(200) * 100L));
        }
        List<Sighting> first = null;
        for (int round = 0; round < 10; round++) {
            Collections.shuffle(sightings, random);
            SeenValues values = values();
            for (Sighting sighting : sightings) {
                values.add(sighting.hash(), sighting.second());
                if (random.nextInt(100) == 0) {
                    values.add(sighting.hash(), sighting.second());
                    values.countSince(random.nextInt(20_000));
                }
            }
            List<Sighting> kept = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                kept.add(new Sighting(values.hash(i), values.second(i)));
            }
            first = first == null ? kept : first;
            assertThat(kept).as("round %d", round).isEqualTo(first);
        }
    }

    /** All of the newest, and of the rest no more than their logarithm says, by six standard deviations. */
    @Test
    void size_growsByTheLogarithm_whenAMillionValuesComeInOneSecondOrInADay() {
        for (long perSecond : new long[] {1_000_000, 12}) {
            Random random = new Random(3);
            SeenValues values = values();
            for (int i = 0; i < 1_000_000; i++) {
                values.add(hash(random), i / perSecond);
            }
            double sampled = SAMPLE * Math.log(1_000_000.0 / LIMIT);
            assertThat((double) values.size()).isLessThan(LIMIT + sampled + 6 * Math.sqrt(sampled));
            assertThat(values.countSince(0)).isCloseTo(1_000_000, within(1_000_000 * 3 * ERROR));
        }
    }

    @Test
    void value_isForgotten_whenNoWindowReachesIt() {
        SeenValues values = values();
        values.add(5, 100);
        values.advance(100 + HORIZON + Ladder.SLACK_SECONDS - 1);
        assertThat(values.weightSince(5, 0)).isEqualTo(1);
        values.advance(100 + HORIZON + Ladder.SLACK_SECONDS);
        assertThat(values.weightSince(5, 0)).isZero();
    }
}
