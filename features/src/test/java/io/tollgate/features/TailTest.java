package io.tollgate.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tail adds must be exactly what the published state lacks. */
class TailTest {
    private final FeatureSet set = FeatureSets.fraudV3();
    private final FeatureEngine engine = FeatureEngine.compile(set, IdHasher.of("a secret only for tests"));

    /** However far the publisher has come, and whether or not it has cleaned the tail, the vector is the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void vector_doesNotDependOnHowFarThePublisherHasCome(long seed) {
        Random random = new Random(seed);
        List<FeatureEvent.Decided> history = new ArrayList<>();
        long time = Payments.START_MS;
        for (int i = 0; i < 60; i++) {
            time += random.nextInt(20) == 0 ? 3_600_000 : random.nextInt(900);
            history.add(Payments.at("tx-" + i, time, "c-1", "m-" + random.nextInt(9), random.nextInt(90) + ".50"));
        }
        for (int current = 1; current < history.size(); current++) {
            FeatureEvent.Decided asking = history.get(current);
            double[] complete =
                    read(asking, history.subList(0, current), List.of()).values();
            // At most as many as stand apart can be told from what was folded in.
            for (int behind = 0; behind <= Math.min(current, 12); behind++) {
                List<FeatureEvent.Decided> published = history.subList(0, current - behind);
                int stillInTail = Math.min(current, behind + random.nextInt(3));
                List<FeatureEvent.Decided> tail = history.subList(current - stillInTail, current);
                FeatureVector vector = read(asking, published, tail);
                assertThat(vector.values())
                        .as("seed %d, payment %d, %d behind", seed, current, behind)
                        .isEqualTo(complete);
                assertThat(vector.tailEvents())
                        .extracting(TailEvent::eventId)
                        .containsExactlyElementsOf(history.subList(current - behind, current).stream()
                                .map(FeatureEvent.Decided::eventId)
                                .toList());
            }
        }
    }

    /** Replicas append side by side, so that a tail may hold more newer payments before an older one than stand apart. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void vector_doesNotDependOnTheOrderOfTheTail(long seed) {
        List<FeatureEvent.Decided> history = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            history.add(Payments.at("tx-" + i, Payments.START_MS + i * 700L, "c-1", "m-" + i % 3, i + ".50"));
        }
        FeatureEvent.Decided asking = Payments.at("tx-30", Payments.START_MS + 30_000, "c-1", "m-1", "1.00");
        List<FeatureEvent.Decided> published = history.subList(0, 5);
        List<FeatureEvent.Decided> tail = new ArrayList<>(history.subList(5, 30));
        FeatureVector inOrder = read(asking, published, tail);
        java.util.Collections.shuffle(tail, new Random(seed));
        FeatureVector shuffled = read(asking, published, tail);
        assertThat(shuffled.values()).isEqualTo(read(asking, history, List.of()).values());
        assertThat(shuffled.values()).isEqualTo(inOrder.values());
        assertThat(shuffled.tailEvents()).isEqualTo(inOrder.tailEvents()).hasSize(25);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 40, 100})
    void damagedTail_isLeftOutAndSaid(int length) {
        FeatureEvent.Decided past = Payments.at("tx-1", Payments.START_MS, "c-1", "m-1", "5.00");
        FeatureEvent.Decided asking = Payments.at("tx-2", Payments.START_MS + 5_000, "c-1", "m-1", "5.00");
        byte[][] values = new byte[engine.keys(asking.authorization()).length][];
        values[set.groups().size()] = Arrays.copyOf(Tail.entry(past), length);
        FeatureVector vector = engine.reader().read(asking.authorization(), values, false);
        assertThat(vector.tailDamaged()).isTrue();
        assertThat(vector.tailEvents()).isEmpty();
    }

    private FeatureVector read(
            FeatureEvent.Decided asking, List<FeatureEvent.Decided> published, List<FeatureEvent.Decided> tail) {
        byte[][] values = new byte[engine.keys(asking.authorization()).length][];
        for (EntityType type : List.of(EntityType.CARD, EntityType.DEVICE)) {
            EntityState state = engine.newState(type);
            published.forEach(state::fold);
            state.publish("x", 1, 2).forEach(p -> values[p.group()] = p.blob());
        }
        for (int i = 0; i < set.tails().size(); i++) {
            values[set.groups().size() + i] = tail.isEmpty() ? null : concat(tail);
        }
        return engine.reader().read(asking.authorization(), values, false);
    }

    private static byte[] concat(List<FeatureEvent.Decided> events) {
        List<byte[]> entries = events.stream().map(Tail::entry).toList();
        byte[] all = new byte[entries.stream().mapToInt(e -> e.length).sum()];
        int at = 0;
        for (byte[] entry : entries) {
            System.arraycopy(entry, 0, all, at, entry.length);
            at += entry.length;
        }
        return all;
    }
}
