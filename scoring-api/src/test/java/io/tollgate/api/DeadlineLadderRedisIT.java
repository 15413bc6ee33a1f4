package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.api.DeadlineLadder.Paid;
import io.tollgate.local.backends.Fault;
import io.tollgate.local.proxy.LinkFault;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Redis slow, down, failing over: payments go on with defaults, in time, and the service finds its way back. */
@ExtendWith(DeadlineLadder.Shared.class)
class DeadlineLadderRedisIT {
    /** More than the breaker wants to see before it opens. */
    private static final int ENOUGH_TO_OPEN = 25;

    /** An answer at once, on a machine where a collector or a neighbour may stop everything for a while. */
    private static final double AT_ONCE_MS = 50;

    private final DeadlineLadder ladder;

    DeadlineLadderRedisIT(DeadlineLadder ladder) {
        this.ladder = ladder;
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(new LinkFault.Delay(DeadlineLadder.FOR_EVER), "TIMEOUT"),
                Arguments.of(new LinkFault.Trickle(Duration.ofSeconds(1)), "TIMEOUT"),
                Arguments.of(new LinkFault.BlackHole(), "TIMEOUT"),
                Arguments.of(new LinkFault.CutAfter(0), "UNAVAILABLE"),
                Arguments.of(new LinkFault.CutAfter(2), "UNAVAILABLE"),
                Arguments.of(new LinkFault.Refuse(), "UNAVAILABLE"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void payment_isDecidedOnDefaults_whenTheLinkToRedisHas(LinkFault fault, String cause) throws Exception {
        Meters before = ladder.meters();
        ladder.redisLink().set(fault);

        Paid paid = ladder.pay();

        assertBlind(paid, cause, before);
    }

    @Test
    void payment_isDecidedOnDefaults_whenRedisIsStopped() throws Exception {
        Meters before = ladder.meters();
        ladder.backends().inject(Fault.REDIS_PAUSE);
        try {
            assertBlind(ladder.pay(), "TIMEOUT", before);
        } finally {
            ladder.backends().inject(Fault.REDIS_RESUME);
        }
    }

    private void assertBlind(Paid paid, String cause, Meters before) throws Exception {
        assertThat(paid.degraded()).contains("FEATURES_" + cause);
        JsonNode record = ladder.record(paid);
        assertThat(record.path("decision")).isEqualTo(paid.answer().path("decision"));
        assertThat(record.path("groups")).isNotEmpty().allSatisfy(group -> {
            assertThat(group.path("outcome").asString()).isEqualTo("MISS");
            assertThat(group.path("cause").asString()).isEqualTo(cause);
        });
        Meters after = ladder.meters();
        assertThat(counted("tollgate_degraded_total", "code=\"FEATURES_" + cause, before, after))
                .isGreaterThanOrEqualTo(1);
        assertThat(counted("tollgate_features_lookups_total", "cause=\"" + cause, before, after))
                .isGreaterThanOrEqualTo(record.path("groups").size());
        assertThat(counted("tollgate_claims_unshared_total", "", before, after)).isGreaterThanOrEqualTo(1);
    }

    private static double counted(String name, String label, Meters before, Meters after) {
        return after.of(name, label) - before.of(name, label);
    }

    @Test
    void riskyPayment_isChallenged_whenNothingIsKnownOfTheCard() throws Exception {
        ladder.redisLink().set(new LinkFault.Refuse());
        String id = DeadlineLadder.freshId("risky");

        Paid paid = ladder.pay(Replica.payment(id, "c-" + id, "300.00"));

        assertThat(paid.answer().path("decision").asString()).isNotEqualTo("APPROVE");
        assertThat(paid.answer().path("reasons").toString()).contains("BLIND_RISKY");
    }

    @Test
    void breaker_answersAtOnce_whileRedisHangs_andCloses_whenItIsBack() throws Exception {
        ladder.redisLink().set(new LinkFault.Delay(DeadlineLadder.FOR_EVER));
        for (int i = 0; i < ENOUGH_TO_OPEN; i++) {
            ladder.pay();
        }
        List<Paid> atOnce = new ArrayList<>();
        for (int i = 0; i < ENOUGH_TO_OPEN; i++) {
            Paid paid = ladder.pay();
            if (paid.degraded().contains("FEATURES_UNAVAILABLE")) {
                atOnce.add(paid);
            }
        }

        // But for the few that try whether Redis is back, nobody waits.
        assertThat(atOnce).hasSizeGreaterThan(ENOUGH_TO_OPEN / 2);
        assertThat(atOnce.stream().filter(paid -> paid.featuresMs() < AT_ONCE_MS))
                .hasSizeGreaterThan(atOnce.size() / 2);
        assertThat(ladder.meters().of("tollgate_redis_breaker_open")).isOne();

        ladder.heal();

        assertThat(ladder.meters().of("tollgate_redis_breaker_open")).isZero();
    }

    @Test
    void service_findsRedisAgain_afterItWasKilledAndCameBackEmpty() throws Exception {
        ladder.backends().inject(Fault.REDIS_KILL);
        try {
            for (int i = 0; i < ENOUGH_TO_OPEN; i++) {
                assertThat(ladder.pay().degraded()).contains("FEATURES_UNAVAILABLE");
            }
        } finally {
            ladder.backends().inject(Fault.REDIS_RESTART);
        }

        ladder.heal();

        assertThat(ladder.group(ladder.pay(), "card:activity").path("cause").asString())
                .isEqualTo("NEW_ENTITY");
    }

    @Test
    void place_isGivenBack_whenTheClientHangsUpWhileRedisHangs() throws Exception {
        ladder.redisLink().set(new LinkFault.Delay(DeadlineLadder.FOR_EVER));
        String id = DeadlineLadder.freshId("gone");
        byte[] body = Replica.payment(id, "c-" + id, "12.00").getBytes(StandardCharsets.US_ASCII);
        URI url = ladder.replica().url();
        try (Socket client = new Socket(url.getHost(), url.getPort())) {
            String head = "POST /v1/authorizations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer local\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
            client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().write(body);
        }

        long end = System.nanoTime() + DeadlineLadder.FOR_EVER.toNanos() / 10;
        while (ladder.meters().of("tollgate_concurrency_inflight") > 0) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    /** A node that vanished leaves connections behind that look open: only a new one leads to its successor. */
    @Test
    void service_connectsAnew_whenTheOldConnectionStaysSilent() throws Exception {
        ladder.redisLink().set(new LinkFault.BlackHole());
        for (int i = 0; i < ENOUGH_TO_OPEN; i++) {
            ladder.pay();
        }

        ladder.heal();

        assertThat(ladder.pay().degraded()).isEmpty();
    }
}
