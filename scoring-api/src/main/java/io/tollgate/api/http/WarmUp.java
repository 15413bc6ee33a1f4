package io.tollgate.api.http;

import io.tollgate.api.decision.ServingContext;
import io.tollgate.features.Published;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;

/**
 * Before the service reports ready it sends itself invented payments over its own socket, so that the first real one
 * meets compiled code, open connections and a warm model. They are decided on a {@link Stage} of their own and then
 * forgotten.
 *
 * <p>Runs after the server has started and before readiness, which is where Spring Boot runs an {@link
 * ApplicationRunner}. Ends when the service is {@link Warmth warm}, at the bound of payments, or when patience does.
 */
public final class WarmUp implements ApplicationRunner {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /** Being late is worse than being cold. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Keeps a loop busy most of the time, and leaves compilers more of a small machine than a crowd would. */
    private static final int CONCURRENCY = 4;

    /** Payments between two looks at the compilers: half a second or so. */
    private static final int WINDOW = 1_000;

    /** Of so many payments of a connection, one comes in two writes. */
    private static final int IN_TWO = 8;

    /** And one without its length. */
    private static final int CHUNKED = 50;

    private final int payments;
    private final StageDoor door;
    private final Backstage backstage;
    private final SocketFactory sockets;
    private final IntSupplier port;
    private final Clock clock;

    /** Puts up stages for rehearsals. */
    public interface Backstage {
        Rehearsal open() throws IOException;
    }

    /** A stage that is taken down when it is closed, with all that was rehearsed on it. */
    public interface Rehearsal extends AutoCloseable {
        Stage stage();

        /** What the stage's authenticator lets in. */
        String key();

        /** Lets the store hold these for as long as a rehearsal may take. Without a store, does nothing. */
        void furnish(List<Published> blobs);

        @Override
        void close();
    }

    /**
     * @param payments how many at the most; 0 for none
     * @param sockets that speak as the service's own port does
     */
    public WarmUp(
            int payments, StageDoor door, Backstage backstage, SocketFactory sockets, IntSupplier port, Clock clock) {
        this.payments = payments;
        this.door = door;
        this.backstage = backstage;
        this.sockets = sockets;
        this.port = port;
        this.clock = clock;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (payments > 0) {
            try (Rehearsal rehearsal = backstage.open()) {
                rehearse(rehearsal);
            } catch (IOException e) {
                // A cold service decides; one that does not start, does not.
                LOG.warn("no warm-up, the first payments will be slow: {}", e.toString());
            } finally {
                door.close();
            }
            // What start and rehearsal have left is collected now, while nobody waits, and not at the first payments.
            System.gc();
        }
    }

    private void rehearse(Rehearsal rehearsal) {
        long start = System.nanoTime();
        ServingContext context = rehearsal.stage().contexts().active();
        // Tells this start's payments from those of other replicas, and from anybody's.
        String name = "warm-up-" + Long.toHexString(new SecureRandom().nextLong());
        InventedTown town = new InventedTown(context.engine(), name, clock.instant());
        rehearsal.furnish(town.blobs(clock.instant()));
        door.open(rehearsal.key(), rehearsal.stage());
        ExecutorService threads = Executors.newFixedThreadPool(CONCURRENCY, task -> new Thread(task, "warm-up"));
        List<LoopbackClient> clients = new ArrayList<>();
        for (int i = 0; i < CONCURRENCY; i++) {
            clients.add(new LoopbackClient(sockets, port.getAsInt(), rehearsal.key()));
        }
        Warmth warmth = new Warmth();
        int sent = 0;
        int decided = 0;
        boolean warm = false;
        try {
            while (!warm && sent < payments && System.nanoTime() - start < PATIENCE.toNanos()) {
                long from = System.nanoTime();
                long compiling = compilingNanos();
                int more = Math.min(WINDOW, payments - sent);
                decided += window(threads, clients, town, sent, more);
                sent += more;
                warm = warmth.after(System.nanoTime() - from, compilingNanos() - compiling);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdownNow();
            clients.forEach(LoopbackClient::close);
        }
        LOG.info(
                "warm-up: {} of {} payments decided in {} ms, {}",
                decided,
                sent,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
                warm ? "warm" : "not warm yet");
    }

    /** Sends payments over all connections; returns how many were decided. */
    private int window(ExecutorService threads, List<LoopbackClient> clients, InventedTown town, int first, int count)
            throws InterruptedException {
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            LoopbackClient client = clients.get(i);
            List<byte[]> bodies = new ArrayList<>();
            for (int number = i; number < count; number += clients.size()) {
                bodies.add(town.request(first + number, clock.instant()));
            }
            tasks.add(() -> send(client, bodies));
        }
        int decided = 0;
        for (Future<Integer> task : threads.invokeAll(tasks)) {
            try {
                decided += task.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a rehearsal failed for a reason that is our own", e.getCause());
            }
        }
        return decided;
    }

    private static int send(LoopbackClient client, List<byte[]> bodies) {
        int decided = 0;
        for (int i = 0; i < bodies.size(); i++) {
            try {
                decided += client.post(bodies.get(i), manner(i)) == 200 ? 1 : 0;
            } catch (IOException e) {
                // A warm-up that fails leaves a cold service, not a broken one; the count in the log tells.
                LOG.debug("a rehearsed payment was not answered", e);
            }
        }
        return decided;
    }

    /** Most come at once, in the express lane; some in pieces; a few such that Reactor Netty has them. */
    private static LoopbackClient.Manner manner(int number) {
        if (number % CHUNKED == 0) {
            return LoopbackClient.Manner.CHUNKED;
        }
        return number % IN_TWO == 0 ? LoopbackClient.Manner.IN_TWO : LoopbackClient.Manner.AT_ONCE;
    }

    /** Of all compilers since the start; 0 where the JVM does not count it. */
    private static long compilingNanos() {
        @Nullable CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        return compilers == null || !compilers.isCompilationTimeMonitoringSupported()
                ? 0
                : TimeUnit.MILLISECONDS.toNanos(compilers.getTotalCompilationTime());
    }
}
