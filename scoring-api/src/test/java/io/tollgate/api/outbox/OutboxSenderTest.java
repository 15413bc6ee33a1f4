package io.tollgate.api.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.api.outbox.OutboxSettings.AtBound;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxSenderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private OutboxSettings settings() {
        return new OutboxSettings(
                directory,
                1 << 20,
                4L << 20,
                Duration.ofMinutes(1),
                Duration.ofMillis(50),
                PATIENCE,
                AtBound.KEEP_DECIDING);
    }

    /** A hub that fails now and then, and remembers what it took. */
    private static final class Hub implements EventPublisher {
        final List<String> taken = Collections.synchronizedList(new ArrayList<>());
        final AtomicInteger asked = new AtomicInteger();
        final int failEvery;

        Hub(int failEvery) {
            this.failEvery = failEvery;
        }

        @Override
        public void publish(OutboxRecord event, Consumer<@Nullable Exception> done) {
            if (failEvery > 0 && asked.incrementAndGet() % failEvery == 0) {
                done.accept(new IOException("the hub is away"));
            } else {
                taken.add(event.eventId());
                done.accept(null);
            }
        }

        @Override
        public void close() {}
    }

    private static void append(Outbox outbox, int from, int to) {
        for (int i = from; i < to; i++) {
            outbox.append(new OutboxRecord("card", "tx-" + i, System.currentTimeMillis(), "trace", new byte[500]));
        }
    }

    private static List<String> expected(int to) {
        return IntStream.range(0, to).mapToObj(i -> "tx-" + i).toList();
    }

    @Test
    void stop_shipsEverythingInOrder_whenTheHubTakesIt() throws IOException {
        Hub hub = new Hub(0);
        try (Outbox outbox = Outbox.open(settings(), Clock.systemUTC())) {
            OutboxSender sender = new OutboxSender(outbox, hub, settings(), Duration.ofMillis(1), Thread::new);
            sender.start();
            append(outbox, 0, 3_000);
            sender.close();

            assertThat(hub.taken).isEqualTo(expected(3_000));
            assertThat(outbox.depth()).isZero();
        }
    }

    @Test
    void sender_startsAgainFromTheFirstThatFailed_andLosesNothing() throws IOException {
        Hub hub = new Hub(700);
        try (Outbox outbox = Outbox.open(settings(), Clock.systemUTC())) {
            append(outbox, 0, 2_000);
            OutboxSender sender = new OutboxSender(outbox, hub, settings(), Duration.ofMillis(1), Thread::new);
            sender.start();
            sender.close();

            assertThat(new LinkedHashSet<>(hub.taken)).containsExactlyElementsOf(expected(2_000));
            assertThat(outbox.depth()).isZero();
        }
    }

    @Test
    void stop_leavesTheRestForTheNextStart_whenTheHubStaysAway() throws IOException {
        try (Outbox outbox = Outbox.open(settings(), Clock.systemUTC())) {
            append(outbox, 0, 100);
            OutboxSender sender = new OutboxSender(outbox, new Hub(1), settings(), Duration.ofMillis(1), Thread::new);
            sender.start();
            sender.stop(Duration.ofMillis(50));
        }
        Hub hub = new Hub(0);
        try (Outbox outbox = Outbox.open(settings(), Clock.systemUTC())) {
            OutboxSender sender = new OutboxSender(outbox, hub, settings(), Duration.ofMillis(1), Thread::new);
            sender.start();
            sender.close();
        }
        assertThat(hub.taken).isEqualTo(expected(100));
    }
}
