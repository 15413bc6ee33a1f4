package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.api.DeadlineLadder.Paid;
import io.tollgate.local.backends.Fault;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The hub away: decisions go on and wait on disk; at the bound, what is configured. */
@ExtendWith(DeadlineLadder.Shared.class)
class DeadlineLadderEventLogIT {
    private static final int PAYMENTS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DeadlineLadder ladder;

    DeadlineLadderEventLogIT(DeadlineLadder ladder) {
        this.ladder = ladder;
    }

    /** One outage for all, because a broker takes seconds to stop and to start. */
    @Test
    void decisionsGoOn_andAtTheBoundAsConfigured_whileTheHubIsAway() throws Exception {
        try (Replica keeping = bounded("keeping", "KEEP_DECIDING");
                Replica refusing = bounded("refusing", "REFUSE")) {
            ladder.backends().inject(Fault.KAFKA_STOP);
            try {
                eventsWait();
                keepsDeciding(keeping);
                refuses(refusing);
            } finally {
                ladder.backends().inject(Fault.KAFKA_RESTART);
            }
            await("events were sent", () -> ladder.meters().of("tollgate_outbox_depth") == 0);
            await("payments are decided again", () -> authorize(refusing).statusCode() == 200);
        }
    }

    /** Whose bound is an event that has waited for a second. */
    private Replica bounded(String name, String atBound) {
        return ladder.replica(
                name,
                "--tollgate.warm-up=100",
                "--tollgate.outbox.max-age=1s",
                "--tollgate.outbox.at-bound=" + atBound);
    }

    private static HttpResponse<String> authorize(Replica replica) throws Exception {
        String id = DeadlineLadder.freshId("hub");
        return replica.authorize(Replica.payment(id, "c-" + id, "12.00"));
    }

    private void eventsWait() throws Exception {
        for (int i = 0; i < PAYMENTS; i++) {
            assertThat(ladder.pay().degraded()).isEmpty();
        }
        Meters meters = ladder.meters();
        assertThat(meters.of("tollgate_outbox_depth")).isGreaterThanOrEqualTo(PAYMENTS);
        assertThat(meters.of("tollgate_outbox_unsent_bytes")).isPositive();
        await("their age is seen", () -> ladder.meters().of("tollgate_outbox_age_seconds") > 0.5);
        assertThat(ladder.meters().of("tollgate_events_refused_total")).isZero();
    }

    private static void keepsDeciding(Replica replica) throws Exception {
        await("the bound is met", () -> {
            String id = DeadlineLadder.freshId("keep");
            Paid paid = DeadlineLadder.pay(replica, id, Replica.payment(id, "c-" + id, "12.00"));
            assertThat(paid.answer().path("decision").asString()).isNotEmpty();
            return Meters.of(replica).of("tollgate_events_refused_total") > 0;
        });
    }

    private static void refuses(Replica replica) throws Exception {
        await("payments are refused", () -> authorize(replica).statusCode() == 503);
        HttpResponse<String> refused = authorize(replica);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
        // Nothing is lost by a refusal: what was decided is kept.
        assertThat(Meters.of(replica).of("tollgate_events_refused_total")).isZero();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
        }
    }
}
