package io.tollgate.local.drill;

import io.tollgate.local.demo.DemoException;
import io.tollgate.local.sim.LiveTraffic;
import io.tollgate.local.traffic.AuthorizationJson;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Payment terminals that do not give up: each sends a payment, with the same bytes again and again until it is answered,
 * then takes the next. What was answered is remembered from the moment at which it was.
 */
final class Callers implements AutoCloseable {
    private static final String PATH = "/v1/authorizations";
    private static final Duration POLL = Duration.ofMillis(1);
    private static final Duration RETRY_AFTER = Duration.ofMillis(20);

    /** A payment without an answer for so long means that the service does not come back. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final InetSocketAddress service;
    private final String apiKey;
    private final LiveTraffic traffic;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Told> answered = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private volatile boolean running = true;
    private long left;

    /** Between two payments; 0: each as soon as a caller is free. */
    private long nanosBetween;

    private long dueNanos;

    /**
     * @param traffic is used by one thread at a time
     * @param payments how many are sent in all
     */
    Callers(InetSocketAddress service, String apiKey, LiveTraffic traffic, long payments, int connections) {
        this.service = service;
        this.apiKey = apiKey;
        this.traffic = traffic;
        this.left = payments;
        for (int i = 0; i < connections; i++) {
            Thread thread = new Thread(this::call, "caller-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // sent, never compared
    private record Payment(String id, byte[] body, long dueNanos) {}

    /** Sends no further payment; those under way get their answers. */
    synchronized void finish() {
        left = 0;
    }

    /** Sends so many payments a second, as far as the callers can follow; to be said before the start. */
    Callers atRate(int paymentsPerSecond) {
        nanosBetween = TimeUnit.SECONDS.toNanos(1) / paymentsPerSecond;
        return this;
    }

    void start() {
        dueNanos = System.nanoTime();
        threads.forEach(Thread::start);
    }

    /** Payments answered so far. */
    long count() {
        return count.get();
    }

    /** How often a payment was sent again, because the connection broke or the service was away. */
    long retries() {
        return retries.get();
    }

    /** What was answered, by transaction id. */
    Map<String, Told> answered() {
        return Map.copyOf(answered);
    }

    /** Answers that nobody should get, and payments that got none. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Whether all payments were sent. */
    boolean done() {
        return threads.stream().noneMatch(Thread::isAlive);
    }

    /**
     * Waits for a condition that holds at the latest when all payments are through.
     *
     * @throws DemoException when they are, and it does not hold
     */
    void await(BooleanSupplier condition) throws DemoException, InterruptedException {
        while (!condition.getAsBoolean()) {
            if (done() && !condition.getAsBoolean()) {
                throw DemoException.failed("not all payments were answered: " + problems());
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
    }

    private synchronized @Nullable Payment next() {
        if (left == 0) {
            return null;
        }
        left--;
        // Who comes late does not hurry: what is wanted is a steady load, not a sum.
        dueNanos = Math.max(dueNanos + nanosBetween, System.nanoTime());
        var authorization =
                traffic.next(Instant.now().truncatedTo(ChronoUnit.MILLIS)).authorization();
        return new Payment(authorization.transactionId().value(), AuthorizationJson.write(authorization), dueNanos);
    }

    private void call() {
        try (HttpLine line = new HttpLine(service, apiKey)) {
            for (Payment payment = next(); payment != null && running; payment = next()) {
                TimeUnit.NANOSECONDS.sleep(payment.dueNanos() - System.nanoTime());
                insist(line, payment);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void insist(HttpLine line, Payment payment) throws InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (running) {
            try {
                HttpLine.Response response = line.post(PATH, payment.body());
                if (response.status() == 200) {
                    answered.put(payment.id(), Told.read(response.body()));
                    count.incrementAndGet();
                    return;
                }
                if (response.status() != 503 && response.status() != 429) {
                    problems.add(payment.id() + " was answered with " + response.status() + ": " + response.body());
                    return;
                }
            } catch (IOException e) {
                if (System.nanoTime() > giveUp) {
                    problems.add(payment.id() + " got no answer within " + PATIENCE.toSeconds() + " s: " + e);
                    return;
                }
            }
            retries.incrementAndGet();
            TimeUnit.NANOSECONDS.sleep(RETRY_AFTER.toNanos());
        }
    }

    @Override
    public void close() {
        running = false;
        threads.forEach(Thread::interrupt);
    }
}
