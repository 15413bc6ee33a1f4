package io.tollgate.api.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.TailEvent;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DecisionRecordTest {
    private final FeatureSet set = FeatureSets.fraudV3();
    private final Payment payment = Examples.decided(set);
    private final byte[] answer = AnswerJson.encode(payment, set.version());
    private final DecisionRecord record = DecisionRecord.of(payment, 42, set.hash(), answer);

    @Test
    void decode_givesTheSameRecord_whenItWasEncoded() {
        DecisionRecord read = Objects.requireNonNull(DecisionRecord.decode(record.encode()));

        assertThat(read.answer()).isEqualTo(answer);
        assertThat(read.lookups()).isEqualTo(payment.vector().lookups());
        assertThat(read.tail()).containsExactly(new TailEvent("tx-1095", 0b11));
        assertThat(read.writer()).isEqualTo(42);
        assertThat(Arrays.stream(read.vector()).map(v -> v).boxed().toList())
                .isEqualTo(Arrays.stream(payment.vector().values()).boxed().toList());
        assertThat(read.isFor(payment.digest())).isTrue();
        assertThat(read.isFor(new byte[16])).isFalse();
    }

    @Test
    void decode_readsWhatTheReleaseBeforeWrote_withoutTheTailsGroups() {
        byte[] now = record.encode();
        byte[] before = Arrays.copyOf(now, now.length - Short.BYTES);
        before[0] = 1;

        DecisionRecord read = Objects.requireNonNull(DecisionRecord.decode(before));

        assertThat(read.answer()).isEqualTo(answer);
        assertThat(read.tail()).containsExactly(new TailEvent("tx-1095", 0));
    }

    @Test
    void encode_isCompact_forATypicalVector() {
        assertThat(record.encode()).hasSizeLessThan(1_200);
    }

    @Test
    void decode_keepsEveryBit_ofUnusualNumbers() {
        double[] numbers = {0, -0.0, 1, -1, 0.1, 1e300, -1e-300, 1L << 52, -(1L << 52), 1L << 60, Double.NaN, 1e18};
        DecisionRecord odd =
                new DecisionRecord(payment.digest(), 1, 2, answer, record.lookups(), numbers, record.tail());

        DecisionRecord read = Objects.requireNonNull(DecisionRecord.decode(odd.encode()));

        for (int i = 0; i < numbers.length; i++) {
            assertThat(Double.doubleToRawLongBits(read.vector()[i])).isEqualTo(Double.doubleToRawLongBits(numbers[i]));
        }
    }

    @Test
    void decode_givesNothingAndNeverThrows_whenBytesAreCutOrForeign() {
        byte[] whole = record.encode();
        for (int length = 0; length < whole.length; length++) {
            assertThat(DecisionRecord.decode(Arrays.copyOf(whole, length))).isNull();
        }
        long seed = 99;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] foreign = whole.clone();
            foreign[random.nextInt(foreign.length)] = (byte) random.nextInt(256);
            DecisionRecord.decode(foreign);
        }
    }

    @Test
    void explanation_showsAnswerGroupsAndFeatures() {
        JsonNode json = JsonMapper.shared().readTree(new Explanation(Examples.contexts(set)).encode(record));

        assertThat(json.path("decision").asString()).isEqualTo("STEP_UP");
        assertThat(json.path("explained").asBoolean()).isTrue();
        assertThat(json.path("groups")).hasSize(set.groups().size());
        assertThat(json.path("groups").path(1).path("cause").asString()).isEqualTo("NEW_ENTITY");
        assertThat(json.path("groups").path(1).path("tail").path(0).asString()).isEqualTo("tx-1095");
        assertThat(json.path("groups").path(2).has("tail")).isFalse();
        assertThat(json.path("features")).hasSize(set.features().size());
        assertThat(json.path("tail").path(0).asString()).isEqualTo("tx-1095");
    }

    @Test
    void answer_hasTheContractsFields() {
        JsonNode json = JsonMapper.shared().readTree(answer);

        assertThat(json.propertyNames())
                .containsExactly(
                        "transactionId",
                        "decision",
                        "score",
                        "reasons",
                        "degraded",
                        "featureSet",
                        "model",
                        "policy",
                        "decidedAt");
        assertThat(new String(answer, StandardCharsets.UTF_8)).contains("a \\\"minute\\\"");
    }
}
