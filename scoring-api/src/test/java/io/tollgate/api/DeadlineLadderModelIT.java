package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tollgate.api.DeadlineLadder.Paid;
import io.tollgate.local.endpoint.Fault;
import io.tollgate.local.proxy.LinkFault;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The model endpoint slow, broken or gone: asked twice, then the same model in process, then the rules alone. */
@ExtendWith(DeadlineLadder.Shared.class)
class DeadlineLadderModelIT {
    /** The endpoint computes in 32 bits. */
    private static final double AGREEMENT = 1e-6;

    /** More than the breaker wants to see before it opens. */
    private static final int ENOUGH_TO_OPEN = 25;

    /** Of all calls, as the settings bound it, and those that were saved up. */
    private static final double HEDGES_PER_CALL = 0.05;

    private static final int HEDGES_SAVED = 10;

    private final DeadlineLadder ladder;

    DeadlineLadderModelIT(DeadlineLadder ladder) {
        this.ladder = ladder;
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(new Fault.Hang(), "TIMEOUT"),
                Arguments.of(new Fault.Delay(DeadlineLadder.FOR_EVER), "TIMEOUT"),
                Arguments.of(new Fault.Trickle(Duration.ofSeconds(1)), "TIMEOUT"),
                Arguments.of(new Fault.Status(429), "ERROR_STATUS"),
                Arguments.of(new Fault.Status(500), "ERROR_STATUS"),
                Arguments.of(new Fault.Body("<html>busy</html>"), "BAD_RESPONSE"),
                Arguments.of(new Fault.Noise(), "BAD_RESPONSE"),
                Arguments.of(new Fault.HalfBody(), "BAD_RESPONSE"),
                Arguments.of(new Fault.Disconnect(), "UNREACHABLE"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void payment_isScoredInProcess_whenTheEndpointHas(Fault fault, String cause) throws Exception {
        double healthy = ladder.pay().answer().path("score").asDouble();
        Meters before = ladder.meters();
        ladder.endpoint().faults().set(fault);

        assertScoredInProcess(ladder.pay(), healthy, cause, before);
    }

    static Stream<Arguments> linkFaults() {
        return Stream.of(
                Arguments.of(new LinkFault.Delay(DeadlineLadder.FOR_EVER), "TIMEOUT"),
                Arguments.of(new LinkFault.Trickle(Duration.ofSeconds(1)), "TIMEOUT"),
                Arguments.of(new LinkFault.BlackHole(), "TIMEOUT"),
                Arguments.of(new LinkFault.CutAfter(20), "BAD_RESPONSE"),
                Arguments.of(new LinkFault.Refuse(), "UNREACHABLE"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("linkFaults")
    void payment_isScoredInProcess_whenTheLinkToTheEndpointHas(LinkFault fault, String cause) throws Exception {
        double healthy = ladder.pay().answer().path("score").asDouble();
        Meters before = ladder.meters();
        ladder.modelLink().set(fault);

        assertScoredInProcess(ladder.pay(), healthy, cause, before);
    }

    private void assertScoredInProcess(Paid paid, double healthy, String cause, Meters before) throws Exception {
        assertThat(paid.degraded()).containsExactly("MODEL_LOCAL");
        assertThat(paid.answer().path("score").asDouble()).isCloseTo(healthy, within(AGREEMENT));
        assertThat(paid.answer().path("model").asString())
                .isEqualTo(ladder.artifact().version().toString());
        assertThat(ladder.record(paid).path("degraded")).isEqualTo(paid.answer().path("degraded"));
        Meters after = ladder.meters();
        assertThat(counted("tollgate_degraded_total", "code=\"MODEL_LOCAL", before, after))
                .isEqualTo(1);
        assertThat(counted("tollgate_model_failures_total", "cause=\"" + cause, before, after))
                .isEqualTo(1);
    }

    private static double counted(String name, String label, Meters before, Meters after) {
        return after.of(name, label) - before.of(name, label);
    }

    @Test
    void secondCall_bringsTheScore_whenTheFirstHangs() throws Exception {
        // Earns it, whatever other tests have spent.
        for (int i = 0; i < 2 / HEDGES_PER_CALL; i++) {
            ladder.pay();
        }
        Meters before = ladder.meters();
        ladder.endpoint().faults().next(1, new Fault.Hang());

        Paid paid = ladder.pay();

        assertThat(paid.degraded()).isEmpty();
        Meters after = ladder.meters();
        assertThat(counted("tollgate_model_hedged_total", "", before, after)).isGreaterThanOrEqualTo(1);
        assertThat(counted("tollgate_model_hedges_won_total", "", before, after))
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void secondCalls_stayFew_whenTheEndpointTurnsSlow() throws Exception {
        int payments = 60;
        Meters before = ladder.meters();
        long asked = ladder.endpoint().faults().invocations();
        ladder.endpoint().faults().set(new Fault.Delay(Duration.ofMillis(60)));
        for (int i = 0; i < payments; i++) {
            ladder.pay();
        }

        double hedges = counted("tollgate_model_hedged_total", "", before, ladder.meters());
        assertThat(hedges).isBetween(1.0, payments * HEDGES_PER_CALL + HEDGES_SAVED);
        assertThat(ladder.endpoint().faults().invocations() - asked).isLessThanOrEqualTo(payments + (long) hedges);
    }

    @Test
    void endpoint_isLeftAlone_whileItFails_andAskedAgain_whenItIsWell() throws Exception {
        ladder.endpoint().faults().set(new Fault.Status(500));
        for (int i = 0; i < 4 * ENOUGH_TO_OPEN; i++) {
            ladder.pay();
        }
        Meters before = ladder.meters();
        assertThat(before.of("tollgate_model_breaker_moves_total", "state=\"OPEN"))
                .isPositive();
        for (int i = 0; i < ENOUGH_TO_OPEN; i++) {
            assertThat(ladder.pay().degraded()).containsExactly("MODEL_LOCAL");
        }
        assertThat(counted("tollgate_model_failures_total", "cause=\"BREAKER_OPEN", before, ladder.meters()))
                .isGreaterThan(ENOUGH_TO_OPEN / 2.0);

        ladder.heal();
    }

    /** An endpoint without an artifact beside it: where it fails, there is no score. */
    @Test
    void rulesDecideAlone_whenThereIsNoModelInProcessEither() throws Exception {
        try (Replica endpointOnly = ladder.replica(
                "endpoint-only",
                "--tollgate.model.url=http://127.0.0.1:" + ladder.modelLink().port() + "/invocations")) {
            String well = DeadlineLadder.freshId("alone");
            assertThat(DeadlineLadder.pay(endpointOnly, well, Replica.payment(well, "c-alone", "12.00"))
                            .answer()
                            .path("score")
                            .isNumber())
                    .isTrue();
            ladder.endpoint().faults().set(new Fault.Hang());
            String id = DeadlineLadder.freshId("alone");

            Paid paid = DeadlineLadder.pay(endpointOnly, id, Replica.payment(id, "c-" + id, "600.00"));

            assertThat(paid.degraded()).containsExactly("NO_MODEL");
            assertThat(paid.answer().path("score").isNull()).isTrue();
            assertThat(paid.answer().path("reasons").toString()).contains("NO_SCORE_RISKY");
            assertThat(Meters.of(endpointOnly).of("tollgate_degraded_total", "code=\"NO_MODEL"))
                    .isEqualTo(1);
        }
    }
}
