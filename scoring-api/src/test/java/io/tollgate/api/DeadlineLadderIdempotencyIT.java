package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.local.proxy.LinkFault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Retries and twins while Redis is away, and after: one decision per replica, and one for all as soon as it can be. */
@ExtendWith(DeadlineLadder.Shared.class)
class DeadlineLadderIdempotencyIT {
    private static final int TWINS = 8;
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(20);

    private final DeadlineLadder ladder;

    DeadlineLadderIdempotencyIT(DeadlineLadder ladder) {
        this.ladder = ladder;
    }

    private static String payment(String id, String amount) {
        return Replica.payment(id, "c-" + id, amount);
    }

    @Test
    void twins_getOneDecision_whileRedisIsAway() {
        ladder.redisLink().set(new LinkFault.Refuse());
        for (int i = 0; i < TWINS; i++) {
            String body = payment(DeadlineLadder.freshId("twin"), "12.00");
            List<CompletableFuture<String>> twins = IntStream.range(0, TWINS)
                    .mapToObj(n -> ladder.replica().authorizeAsync(body))
                    .toList();

            assertThat(twins.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        }
    }

    /** The read hangs until its timeout, so that all twins are on their way at the same time. */
    @Test
    void twins_getOneDecision_whileRedisHangs() {
        ladder.redisLink().set(new LinkFault.Delay(DeadlineLadder.FOR_EVER));
        String body = payment(DeadlineLadder.freshId("twin"), "12.00");
        List<CompletableFuture<String>> twins = IntStream.range(0, TWINS)
                .mapToObj(n -> ladder.replica().authorizeAsync(body))
                .toList();

        assertThat(twins.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    }

    @Test
    void otherPayload_isRefused_whileRedisIsAway() throws Exception {
        ladder.redisLink().set(new LinkFault.Refuse());
        String id = DeadlineLadder.freshId("other");
        String body = payment(id, "12.00");
        ladder.pay(body);

        assertThat(ladder.replica().authorize(body.replace("12.00", "13.00")).statusCode())
                .isEqualTo(422);
    }

    @Test
    void retry_getsTheSameBytes_onAnyReplica_whenRedisIsBack() throws Exception {
        try (Replica other = ladder.replica("other", "--tollgate.warm-up=100")) {
            ladder.redisLink().set(new LinkFault.Refuse());
            String id = DeadlineLadder.freshId("retry");
            String body = payment(id, "12.00");
            String answer = ladder.pay(body).body();
            assertThat(ladder.pay(body).body()).isEqualTo(answer);

            ladder.heal();
            awaitCaughtUp(other, id);

            assertThat(ladder.pay(body).body()).isEqualTo(answer);
            assertThat(DeadlineLadder.pay(other, id, body).body()).isEqualTo(answer);
            assertThat(other.authorize(body.replace("12.00", "13.00")).statusCode())
                    .isEqualTo(422);
        }
    }

    /** What no protocol can prevent without a store that both can reach: it is counted, and each stays with its word. */
    @Test
    void replicas_stayWithTheirWord_whenBothDecidedWhileTheyWereApart() throws Exception {
        try (Replica other = ladder.replica("apart", "--tollgate.warm-up=100")) {
            Meters before = ladder.meters();
            ladder.redisLink().set(new LinkFault.Refuse());
            String id = DeadlineLadder.freshId("apart");
            String body = payment(id, "12.00");
            String here = ladder.pay(body).body();
            String there = DeadlineLadder.pay(other, id, body).body();

            ladder.heal();
            long end = System.nanoTime() + CAUGHT_UP_WITHIN.toNanos();
            double contradicted = 0;
            while (contradicted == 0) {
                assertThat(System.nanoTime()).as("neither noticed the other").isLessThan(end);
                String nudge = DeadlineLadder.freshId("nudge");
                DeadlineLadder.pay(other, nudge, payment(nudge, "12.00"));
                ladder.pay();
                String name = "tollgate_claims_contradicted_total";
                contradicted = Meters.of(other).of(name) + ladder.meters().of(name) - before.of(name);
            }

            assertThat(contradicted).isEqualTo(1);
            assertThat(ladder.pay(body).body()).isEqualTo(here);
            assertThat(DeadlineLadder.pay(other, id, body).body()).isEqualTo(there);
        }
    }

    /** Until the other replica finds the decision in the shared store. */
    private static void awaitCaughtUp(Replica other, String id) throws Exception {
        long end = System.nanoTime() + CAUGHT_UP_WITHIN.toNanos();
        while (other.get("/v1/authorizations/" + id).statusCode() != 200) {
            assertThat(System.nanoTime()).as("%s never reached Redis", id).isLessThan(end);
        }
    }
}
