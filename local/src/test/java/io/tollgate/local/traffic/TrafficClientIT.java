package io.tollgate.local.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.domain.Decision;
import io.tollgate.local.sim.SimulationSettings;
import io.tollgate.local.sim.Simulator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TrafficClientIT {
    private static final SimulationSettings SMALL =
            new SimulationSettings(1, 50, 60, 1, 0, Duration.ZERO, Duration.ofMinutes(2));

    private final TrafficStats stats = new TrafficStats();

    @Test
    void send_countsDecisionsAndFallbacks() throws Exception {
        try (StubService service = new StubService(e -> StubService.answer(e, 200, StubService.APPROVED))) {
            run(service.address(), payments(200, 2_000), 8, 5_000);

            TrafficStats.Snapshot counts = stats.snapshot();
            assertThat(counts.due()).isEqualTo(200);
            assertThat(counts.answered()).isEqualTo(200);
            assertThat(counts.decisions()).containsExactly(Map.entry(Decision.APPROVE, 200L));
            assertThat(counts.degraded()).containsEntry("MODEL_LOCAL", 200L);
            assertThat(counts.errors()).isEmpty();
            assertThat(service.bodies).hasSize(200).doesNotHaveDuplicates();
            assertThat(service.authorizations).containsOnly("Bearer secret");
        }
    }

    @Test
    void send_chargesAStallToEveryPaymentItDelayed() throws Exception {
        CountDownLatch stall = new CountDownLatch(1);
        AtomicInteger requests = new AtomicInteger();
        try (StubService service = new StubService(e -> {
            if (requests.incrementAndGet() == 1) {
                await(stall);
            }
            StubService.answer(e, 200, StubService.APPROVED);
        })) {
            TrafficClient client = client(service.address(), 1, 20_000);
            var done = client.send(payments(50, 100));
            while (stats.snapshot().due() < 50) {
                Thread.onSpinWait();
            }
            stall.countDown();
            done.get();
            client.close();

            // 50 payments were due within 490 ms behind the first: half of them waited for about 250 ms or more. A
            // client that measured from the sending would report one slow payment and 49 fast ones.
            assertThat(stats.snapshot().answered()).isEqualTo(50);
            assertThat(stats.snapshot().latency().p50()).isGreaterThan(200);
        }
    }

    @Test
    void send_countsErrorsByCause_whenServiceRefusesOrTalksNonsense() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (StubService service = new StubService(e -> {
            switch (requests.incrementAndGet() % 4) {
                case 0 -> StubService.answer(e, 503, "{}");
                case 1 -> StubService.answer(e, 200, "{\"decision\":\"PERHAPS\"}");
                case 2 -> StubService.answer(e, 200, "<html>");
                default -> StubService.answer(e, 200, StubService.APPROVED);
            }
        })) {
            run(service.address(), payments(40, 1_000), 4, 5_000);

            assertThat(stats.snapshot().errors())
                    .containsEntry("HTTP_503", 10L)
                    .containsEntry("BAD_ANSWER", 20L)
                    .hasSize(2);
            assertThat(stats.snapshot().answered()).isEqualTo(10);
        }
    }

    @Test
    void send_goesOn_whenServiceDropsConnections() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (StubService service = new StubService(e -> {
            if (requests.incrementAndGet() <= 2) {
                e.close();
            } else {
                StubService.answer(e, 200, StubService.APPROVED);
            }
        })) {
            run(service.address(), payments(30, 200), 2, 5_000);

            assertThat(stats.snapshot().errors()).containsOnlyKeys("DISCONNECTED");
            assertThat(stats.snapshot().answered() + stats.snapshot().failed()).isEqualTo(30);
            assertThat(stats.snapshot().answered()).isGreaterThanOrEqualTo(28);
        }
    }

    @Test
    void send_givesUpAfterTimeout_whenServiceHangs() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (StubService service = new StubService(e -> await(never))) {
            run(service.address(), payments(4, 1_000), 4, 300);

            assertThat(stats.snapshot().errors()).containsEntry("TIMEOUT", 4L);
            never.countDown();
        }
    }

    @Test
    void send_countsPaymentsAsNotSent_whenNobodyListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        run(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), payments(10, 1_000), 2, 300);

        assertThat(stats.snapshot().errors()).containsEntry("NOT_SENT", 10L);
    }

    @Test
    void stop_endsEndlessTraffic_withEveryDuePaymentAccountedFor() throws Exception {
        try (StubService service = new StubService(e -> StubService.answer(e, 200, StubService.APPROVED))) {
            TrafficClient client = client(service.address(), 4, 5_000);
            LiveSource endless = new LiveSource(new Simulator(SMALL).live(Instant.now(), 500, "t-"), 500);
            var done = client.send(endless);
            while (stats.snapshot().answered() < 20) {
                Thread.onSpinWait();
            }
            client.stop();
            done.get();
            client.close();

            TrafficStats.Snapshot counts = stats.snapshot();
            assertThat(counts.answered() + counts.failed()).isEqualTo(counts.due());
        }
    }

    private void run(InetSocketAddress address, PaymentSource source, int connections, int timeoutMs) throws Exception {
        TrafficClient client = client(address, connections, timeoutMs);
        client.send(source).get();
        client.close();
    }

    private TrafficClient client(InetSocketAddress address, int connections, int timeoutMs) {
        TrafficSettings settings =
                new TrafficSettings(address, "secret", connections, 1_000, Duration.ofMillis(timeoutMs));
        return new TrafficClient(settings, stats, Clock.systemUTC());
    }

    private static PaymentSource payments(int count, double rate) {
        LiveSource source = new LiveSource(new Simulator(SMALL).live(Instant.now(), rate, "t-"), rate);
        return new PaymentSource() {
            private int taken;

            @Override
            public long nextDueNanos() {
                return taken == count ? END : source.nextDueNanos();
            }

            @Override
            public Outgoing take(Instant due) {
                taken++;
                return source.take(due);
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
