package io.tollgate.local.drill;

import io.tollgate.local.sim.LiveTraffic;
import io.tollgate.local.traffic.AuthorizationJson;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Payments at a constant rate over a few kept connections to each replica. A payment that is not answered with 200 is a
 * failure and is not sent again.
 */
final class SteadyLoad implements AutoCloseable {
    private static final String PATH = "/v1/authorizations";

    private final Balancer balancer;
    private final String apiKey;
    private final LiveTraffic traffic;
    private final long nanosBetween;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Told> answered = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean running = true;

    /**
     * @param traffic is used by one thread at a time
     * @param rate payments a second in all
     */
    SteadyLoad(Balancer balancer, String apiKey, LiveTraffic traffic, int rate, int connections) {
        this.balancer = balancer;
        this.apiKey = apiKey;
        this.traffic = traffic;
        this.nanosBetween = TimeUnit.SECONDS.toNanos(1) * connections / rate;
        for (int i = 0; i < connections; i++) {
            long offset = i * nanosBetween / connections;
            Thread thread = new Thread(() -> send(offset), "load-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    Map<String, Told> answered() {
        return Map.copyOf(answered);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /** A connection to a replica, and when it was opened. */
    private static final class Line {
        final HttpLine http;
        int absences;

        Line(HttpLine http) {
            this.http = http;
        }
    }

    private void send(long offset) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < balancer.size(); i++) {
            lines.add(new Line(new HttpLine(balancer.target(i).address(), apiKey)));
        }
        long due = System.nanoTime() + offset;
        try {
            while (running) {
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                due += nanosBetween;
                pay(lines);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            for (Line line : lines) {
                line.http.close();
            }
        }
    }

    private void pay(List<Line> lines) {
        String id;
        byte[] body;
        synchronized (traffic) {
            var payment =
                    traffic.next(Instant.now().truncatedTo(ChronoUnit.MILLIS)).authorization();
            id = payment.transactionId().value();
            body = AuthorizationJson.write(payment);
        }
        try {
            int index = balancer.choose();
            Line line = lines.get(index);
            int absences = balancer.target(index).absences();
            if (line.absences != absences) {
                line.absences = absences;
                line.http.close();
            }
            HttpLine.Response response = line.http.post(PATH, body);
            if (response.status() == 200) {
                answered.put(id, Told.read(response.body()));
            } else {
                failures.add(id + " was answered with " + response.status() + ": " + response.body());
            }
        } catch (IOException e) {
            failures.add(id + " was not answered: " + e);
        }
    }

    /** Ends the load, and returns when the payments under way have their answers. */
    void finish() throws InterruptedException {
        running = false;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() {
        running = false;
        threads.forEach(Thread::interrupt);
    }
}
