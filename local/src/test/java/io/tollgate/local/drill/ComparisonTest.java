package io.tollgate.local.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The drill must be able to fail: each way in which both sides can differ is seen. */
class ComparisonTest {
    private static final String TIME = "2026-11-21T10:15:30.126Z";
    private static final Told APPROVED = new Told("APPROVE", Instant.parse(TIME));

    private final HubEvents hub = new HubEvents();

    private void event(String id, String decision, String more) {
        hub.add("""
                {"eventId":"%s","transactionId":"%s","decision":"%s","decidedAt":"%s","more":"%s"}""".formatted(id, id, decision, TIME, more).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void comparison_isClean_whenEveryAnswerHasItsEvent() {
        event("tx-1", "APPROVE", "");
        event("tx-2", "APPROVE", "");

        Comparison both = Comparison.of(Map.of("tx-1", APPROVED, "tx-2", APPROVED), hub);
        assertThat(both.clean()).isTrue();
        assertThat(both.duplicates()).isZero();
    }

    @Test
    void comparison_namesWhatIsMissing() {
        event("tx-1", "APPROVE", "");

        Comparison both = Comparison.of(Map.of("tx-1", APPROVED, "tx-2", APPROVED), hub);
        assertThat(both.clean()).isFalse();
        assertThat(both.missing()).containsExactly("tx-2");
    }

    @Test
    void comparison_namesWhatWasAnsweredOtherwise() {
        event("tx-1", "DECLINE", "");

        Comparison both = Comparison.of(Map.of("tx-1", APPROVED), hub);
        assertThat(both.clean()).isFalse();
        assertThat(both.contradicted()).containsExactly("tx-1");
    }

    @Test
    void comparison_countsCopies_andThoseThatAreTheSameBytes() {
        event("tx-1", "APPROVE", "");
        event("tx-1", "APPROVE", "");
        event("tx-2", "APPROVE", "");
        event("tx-2", "APPROVE", "other");

        Comparison both = Comparison.of(Map.of("tx-1", APPROVED, "tx-2", APPROVED), hub);
        assertThat(both.clean()).isTrue();
        assertThat(both.duplicates()).isEqualTo(2);
        assertThat(both.repeated()).isEqualTo(2);
        assertThat(both.identical()).isEqualTo(1);
    }

    @Test
    void comparison_isNotClean_whenAMessageIsNoAuthorization() {
        hub.add("{}".getBytes(StandardCharsets.UTF_8));

        assertThat(Comparison.of(Map.of(), hub).clean()).isFalse();
    }
}
