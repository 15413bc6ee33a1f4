package io.tollgate.local.drill;

import io.tollgate.local.demo.ServiceProbe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Knows which replicas want requests, as a load balancer does: by asking for their readiness now and then. It retries
 * nothing. Thread-safe.
 */
final class Balancer implements AutoCloseable {
    /** A tenth of the time that a stopping replica is told to go on for. */
    private static final Duration CHECK = Duration.ofMillis(200);

    private final List<Target> targets = new ArrayList<>();
    private final List<Thread> checks = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile boolean running = true;

    /** A replica, as it looks from here. */
    static final class Target {
        private final InetSocketAddress address;
        private final ServiceProbe probe;
        private volatile boolean ready;
        private final AtomicInteger absences = new AtomicInteger();

        private Target(InetSocketAddress address, String apiKey) {
            this.address = address;
            this.probe =
                    new ServiceProbe(URI.create("http://" + address.getHostString() + ":" + address.getPort()), apiKey);
        }

        InetSocketAddress address() {
            return address;
        }

        /** How often it has gone: connections of an earlier time are not used again. */
        int absences() {
            return absences.get();
        }

        boolean ready() {
            return ready;
        }

        private void check() throws InterruptedException {
            boolean now = probe.ready();
            if (ready && !now) {
                absences.incrementAndGet();
            }
            ready = now;
        }
    }

    Balancer(List<InetSocketAddress> replicas, String apiKey) {
        for (InetSocketAddress replica : replicas) {
            Target target = new Target(replica, apiKey);
            targets.add(target);
            Thread thread = new Thread(() -> watch(target), "readiness-" + replica.getPort());
            thread.setDaemon(true);
            checks.add(thread);
        }
    }

    void start() {
        checks.forEach(Thread::start);
    }

    private void watch(Target target) {
        try {
            while (running) {
                target.check();
                TimeUnit.NANOSECONDS.sleep(CHECK.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int size() {
        return targets.size();
    }

    Target target(int index) {
        return targets.get(index);
    }

    /**
     * The replica whose turn it is among those that are ready.
     *
     * @throws IOException when none is
     */
    int choose() throws IOException {
        int first = turn.getAndIncrement();
        for (int i = 0; i < targets.size(); i++) {
            int index = Math.floorMod(first + i, targets.size());
            if (targets.get(index).ready) {
                return index;
            }
        }
        throw new IOException("no replica is ready");
    }

    @Override
    public void close() {
        running = false;
        checks.forEach(Thread::interrupt);
    }
}
