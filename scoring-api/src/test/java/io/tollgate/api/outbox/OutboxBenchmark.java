package io.tollgate.api.outbox;

import io.tollgate.api.outbox.OutboxSettings.AtBound;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What appending an event costs the thread that decides, in CPU time: {@code ./tollgate bench outbox}. A sender ships
 * meanwhile, to a hub that takes everything at once, so that the log rolls and shrinks as it does in the service. The
 * row is one of docs/benchmarks.md.
 */
public final class OutboxBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** A decided payment of fraud-v3. */
    private static final int EVENT_BYTES = 2_600;

    private static final int WARM_UP = 300_000;
    private static final int ROUND = 20_000;
    private static final int ROUNDS = 21;
    private static final double TARGET_MICROS = 20;

    private OutboxBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("tollgate-bench-outbox-");
        OutboxSettings settings = new OutboxSettings(
                directory,
                16 << 20,
                1L << 30,
                Duration.ofDays(1),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                AtBound.KEEP_DECIDING);
        try (Outbox outbox = Outbox.open(settings, Clock.systemUTC());
                OutboxSender sender = new OutboxSender(outbox, new Hub(), settings, Duration.ofMillis(1), task -> {
                    Thread thread = new Thread(task);
                    thread.setDaemon(true);
                    return thread;
                })) {
            sender.start();
            append(outbox, WARM_UP);
            double[] rounds = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                rounds[i] = append(outbox, ROUND);
            }
            Arrays.sort(rounds);
            double median = rounds[ROUNDS / 2];
            System.out.println("| operation | CPU median | lowest round | target | of target |");
            System.out.println("|---|---|---|---|---|");
            System.out.printf(
                    Locale.ROOT,
                    "| append an event of %,d B to the outbox | %.2f µs | %.2f µs | ≤ %.0f µs | %.2f |%n",
                    EVENT_BYTES,
                    median,
                    rounds[0],
                    TARGET_MICROS,
                    median / TARGET_MICROS);
        } finally {
            delete(directory);
        }
    }

    /** Microseconds of this thread's CPU for one event. */
    private static double append(Outbox outbox, int events) {
        byte[] value = new byte[EVENT_BYTES];
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < events; i++) {
            OutboxRecord event =
                    new OutboxRecord("0123456789abcdef", "tx-" + i, System.currentTimeMillis(), traceparent, value);
            while (!outbox.append(event)) {
                // The sender is behind; waiting costs no CPU.
                LockSupport.parkNanos(1_000_000);
            }
        }
        return (THREADS.getCurrentThreadCpuTime() - start) / 1_000.0 / events;
    }

    private static final class Hub implements EventPublisher {
        @Override
        public void publish(OutboxRecord event, Consumer<@Nullable Exception> done) {
            done.accept(null);
        }

        @Override
        public void close() {}
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
