package io.tollgate.pipeline.publish;

import static io.tollgate.pipeline.publish.Payments.payment;
import static io.tollgate.pipeline.publish.Payments.reference;
import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.EventCodec;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TwsTester;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/** The processor under Spark's own tester: states and timers in memory, time in the test's hands. */
class EntityStateProcessorTest {
    private static final EngineSource ENGINE = new EngineSource("fraud-v3", "secret only for tests");
    private static final long SILENCE_MS = new StateHorizon(ENGINE.engine().featureSet()).millis(EntityType.CARD);
    private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final String CARD = "c0123456789abcdef";
    private static final String OTHER = "cfedcba9876543210";

    private final TwsTester<String, byte[], byte[]> tester = new TwsTester<>(
            new EntityStateProcessor(ENGINE, 1),
            CollectionConverters.asScala(List.<Tuple2<String, Object>>of()).toList(),
            TimeMode.ProcessingTime(),
            OutputMode.Update(),
            Option.empty());

    @Test
    void state_isDropped_whenNothingWasHeardForTheHorizon() {
        at(START);
        send(CARD, payment("tx-1", Instant.ofEpochMilli(START)), START);
        assertThat(stored(CARD)).isTrue();

        long later = START + SILENCE_MS + 1;
        send(OTHER, payment("tx-2", Instant.ofEpochMilli(later)), later);
        at(later);

        assertThat(stored(CARD)).isFalse();
        assertThat(stored(OTHER)).isTrue();
    }

    @Test
    void state_stays_whenTheEntityWasHeardOfSince() {
        at(START);
        send(CARD, payment("tx-1", Instant.ofEpochMilli(START)), START);
        long midway = START + SILENCE_MS / 2;
        send(CARD, payment("tx-2", Instant.ofEpochMilli(midway)), midway);
        long first = START + SILENCE_MS + 1;
        send(OTHER, payment("tx-3", Instant.ofEpochMilli(first)), first);
        at(first);
        assertThat(stored(CARD)).isTrue();

        long second = midway + SILENCE_MS + 3_600_000;
        send(OTHER, payment("tx-4", Instant.ofEpochMilli(second)), second);
        at(second);
        assertThat(stored(CARD)).isFalse();
    }

    @Test
    void state_stays_whenThisMachinesClockIsAheadOfTheLogs() {
        at(START);
        send(CARD, payment("tx-1", Instant.ofEpochMilli(START)), START);
        // The publisher was away for long; what it reads now arrived right after it had stopped.
        send(OTHER, payment("tx-2", Instant.ofEpochMilli(START + 1_000)), START + 1_000);
        at(START + 2 * SILENCE_MS);

        assertThat(stored(CARD)).isTrue();
    }

    @Test
    void state_keepsReferenceDataAlone_whenNothingElseWasHeard() {
        at(START);
        send(CARD, reference(Instant.ofEpochMilli(START)), START);
        send(CARD, payment("tx-1", Instant.ofEpochMilli(START)), START);
        int before = tester.<byte[]>peekValueState("entity", CARD).get().length;
        long later = START + SILENCE_MS + 1;
        send(OTHER, payment("tx-2", Instant.ofEpochMilli(later)), later);
        at(later);

        assertThat(tester.<byte[]>peekValueState("entity", CARD).get().length).isBetween(1, before - 1);
    }

    private boolean stored(String key) {
        return tester.<byte[]>peekValueState("entity", key).isDefined();
    }

    private void at(long processingTimeMs) {
        var unused = tester.setProcessingTime(processingTimeMs);
    }

    private void send(String key, FeatureEvent event, long arrivedMs) {
        byte[] row = new EntityEvent(key, EventCodec.encode(event), EntityEvent.NOT_COUNTED, arrivedMs).encode();
        var unused = tester.test(key, CollectionConverters.asScala(List.of(row)).toList());
    }
}
