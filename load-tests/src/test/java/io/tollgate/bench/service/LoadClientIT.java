package io.tollgate.bench.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The clients against a server that stalls, fails and falls silent, over real connections. */
class LoadClientIT {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long STALL_MILLIS = 400;
    private static final int RATE = 500;

    private static final Requests REQUESTS = allocator -> Unpooled.copiedBuffer(
            "POST / HTTP/1.1\r\nhost: stub\r\ncontent-length: 0\r\n\r\n", StandardCharsets.US_ASCII);

    /** As a collector's pause: nobody is served meanwhile. */
    private static StubServer stallingAt(int stalled) {
        return new StubServer((number, answer) -> {
            if (number == stalled) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(STALL_MILLIS));
            }
            answer.accept(200);
        });
    }

    private static long laterThan(LoadResult result, long millis) {
        long from = TimeUnit.MILLISECONDS.toNanos(millis);
        return result.latencies().getCountBetweenValues(from, TimeUnit.MINUTES.toNanos(1));
    }

    @Test
    void openLoop_chargesEveryRequestThatWasDue_whenTheServerStalls() throws IOException {
        try (StubServer server = stallingAt(100);
                LoadClient client = new LoadClient(REQUESTS, PATIENCE)) {
            LoadResult result = client.openLoop(server.address(), RATE, SECOND);
            assertThat(result.requests()).isEqualTo(RATE);
            assertThat(result.failed()).isZero();
            // 200 requests are due in 400 ms; those of the first 200 ms wait 200 ms or more.
            assertThat(laterThan(result, STALL_MILLIS / 2)).isGreaterThanOrEqualTo(95);
        }
    }

    @Test
    void closedLoop_seesTheStallOnce_whichIsWhyItMeasuresNoLatency() throws IOException {
        try (StubServer server = stallingAt(100);
                LoadClient client = new LoadClient(REQUESTS, PATIENCE)) {
            LoadResult result = client.closedLoop(server.address(), 1, SECOND);
            assertThat(result.requests()).isEqualTo(server.requests());
            assertThat(laterThan(result, STALL_MILLIS / 2)).isEqualTo(1);
        }
    }

    @Test
    void closedLoop_keepsEveryConnectionBusy() throws IOException {
        try (StubServer server = new StubServer((number, answer) -> {
                    // Answers only when all eight ask at once.
                    if (number <= 7) {
                        return;
                    }
                    answer.accept(200);
                });
                LoadClient client = new LoadClient(REQUESTS, PATIENCE)) {
            LoadResult result = client.closedLoop(server.address(), 8, Duration.ofMillis(200));
            assertThat(result.failed()).isEqualTo(7);
            assertThat(result.requests()).isGreaterThan(8);
        }
    }

    @Test
    void openLoop_countsRequestsThatAreNeverAnswered() throws IOException {
        try (StubServer server = new StubServer((number, answer) -> {
                    if (number <= 10) {
                        answer.accept(200);
                    }
                });
                LoadClient client = new LoadClient(REQUESTS, PATIENCE)) {
            LoadResult result = client.openLoop(server.address(), RATE, Duration.ofMillis(200));
            assertThat(result.requests()).isEqualTo(100);
            assertThat(result.failed()).isEqualTo(90);
            assertThat(result.micros(50)).isGreaterThan(PATIENCE.toMillis() * 1_000.0);
        }
    }

    @Test
    void openLoop_tellsStatusesAndWordsApart() throws IOException {
        try (StubServer server = new StubServer((number, answer) -> answer.accept(number % 2 == 0 ? 200 : 503));
                LoadClient client = new LoadClient(REQUESTS, PATIENCE)) {
            LoadResult result = client.openLoop(server.address(), RATE, Duration.ofMillis(200));
            assertThat(result.failed()).isEqualTo(50);
            assertThat(result.degraded()).isEmpty();
            assertThat(result.approved()).isEqualTo(100);
        }
    }
}
