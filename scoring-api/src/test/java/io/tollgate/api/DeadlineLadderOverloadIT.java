package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.api.DeadlineLadder.Paid;
import io.tollgate.local.endpoint.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More clients than the service takes at a time: the rest is decided at once, from what is at hand. */
@ExtendWith(DeadlineLadder.Shared.class)
class DeadlineLadderOverloadIT {
    private static final int MIN = 4;
    private static final int MAX = 16;
    private static final int CLIENTS = 4 * MAX;
    private static final int PER_CLIENT = 15;
    private static final Duration RECOVERS_WITHIN = Duration.ofSeconds(30);

    private static DeadlineLadder ladder;
    private static Replica narrow;

    @BeforeAll
    static void start(DeadlineLadder shared) {
        ladder = shared;
        narrow = ladder.replica(
                "narrow",
                "--tollgate.limits.min-concurrency=" + MIN,
                "--tollgate.limits.max-concurrency=" + MAX,
                "--tollgate.model.url=http://127.0.0.1:" + ladder.modelLink().port() + "/invocations");
    }

    @AfterAll
    static void stop() {
        if (narrow != null) {
            narrow.close();
        }
    }

    /** Closed loop: each client sends its next payment when it has the last one's answer. */
    private static List<Paid> crowd(int clients, int each) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Callable<List<Paid>>> loops = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                loops.add(() -> {
                    List<Paid> paid = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        String id = DeadlineLadder.freshId("crowd");
                        paid.add(DeadlineLadder.pay(narrow, id, Replica.payment(id, "c-" + id, "12.00")));
                    }
                    return paid;
                });
            }
            List<Paid> all = new ArrayList<>();
            for (Future<List<Paid>> loop : threads.invokeAll(loops)) {
                all.addAll(loop.get());
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }

    private static long shed(List<Paid> paid) {
        return paid.stream().filter(one -> one.degraded().contains("SHED")).count();
    }

    /** {@link DeadlineLadder#pay} holds each of them to its deadline. */
    @Test
    void everyPayment_isAnsweredInTime_andTheLimitRecovers_whenMoreComeThanAreTaken() throws Exception {
        Meters before = Meters.of(narrow);
        ladder.endpoint().faults().set(new Fault.Hang());

        List<Paid> paid = crowd(CLIENTS, PER_CLIENT);

        assertThat(paid).hasSize(CLIENTS * PER_CLIENT);
        long shed = shed(paid);
        assertThat(shed).isGreaterThan(CLIENTS);
        Meters after = Meters.of(narrow);
        String name = "tollgate_degraded_total";
        assertThat(after.of(name, "code=\"SHED") - before.of(name, "code=\"SHED"))
                .isEqualTo((double) shed);
        assertThat(after.of("tollgate_concurrency_inflight")).isZero();
        Paid one = paid.stream()
                .filter(each -> each.degraded().contains("SHED"))
                .findFirst()
                .orElseThrow();
        assertThat(one.degraded()).contains("SHED", "NO_MODEL");
        assertThat(narrow.json("/v1/authorizations/" + one.id()).path("groups"))
                .anySatisfy(group -> assertThat(group.path("cause").asString()).isEqualTo("SHED"));

        ladder.endpoint().faults().clear();
        awaitLimit();
        // As many as are taken, and nobody is sent away.
        assertThat(shed(crowd(MAX / 2, PER_CLIENT))).isZero();
    }

    private static void awaitLimit() throws Exception {
        long end = System.nanoTime() + RECOVERS_WITHIN.toNanos();
        while (Meters.of(narrow).of("tollgate_concurrency_limit") < MAX - 1) {
            assertThat(System.nanoTime())
                    .as("limit %s", Meters.of(narrow).of("tollgate_concurrency_limit"))
                    .isLessThan(end);
            crowd(MAX, PER_CLIENT);
        }
    }
}
