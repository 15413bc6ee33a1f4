package io.tollgate.local.drill;

import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import io.tollgate.local.demo.LogTail;
import io.tollgate.local.demo.ServiceProbe;
import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A replica of the decision service in a process of its own, which can be killed and started again on the same port and
 * the same outbox. Used by one thread.
 */
final class DrillService implements AutoCloseable {
    static final String TOPIC = "txn_events";
    static final String API_KEY = "drill";
    private static final String SECRET = "a-drill's-secret-is-nobody's";
    private static final String MAIN = "io.tollgate.api.ScoringApi";
    private static final List<String> JVM =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx384m", "-Xshare:auto");
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    /** Announcing, finishing and shipping have bounds of their own; this one is for a hang. */
    private static final Duration GRACE = Duration.ofSeconds(40);

    private static final Duration POLL = Duration.ofMillis(20);

    private final String name;
    private final Path directory;
    private final int port;
    private final List<String> java;
    private List<String> wrapper = List.of();
    private final Map<String, String> environment = new HashMap<>();
    private final ServiceProbe probe;
    private @Nullable ChildProcess process;

    /**
     * @param directory holds the outbox and the log
     * @param more settings beside the drill's own
     */
    DrillService(
            String name,
            Installation installation,
            BackendSettings backends,
            Path directory,
            int port,
            Map<String, String> more)
            throws IOException {
        this.name = name;
        this.directory = Files.createDirectories(directory);
        this.port = port;
        this.java = installation.java("scoring-api", MAIN, JVM, List.of(), directory.resolve(name + ".args"));
        this.probe = new ServiceProbe(URI.create("http://127.0.0.1:" + port), API_KEY);
        environment.put("SPRING_PROFILES_ACTIVE", "local");
        environment.put("TOLLGATE_PORT", Integer.toString(port));
        environment.put("TOLLGATE_API_KEY", API_KEY);
        environment.putAll(shared(backends));
        environment.put("TOLLGATE_OUTBOX_DIR", directory.resolve("outbox").toString());
        // What is drilled is that nothing is lost, not how fast a service is whose classes were just loaded.
        environment.put("TOLLGATE_WARM_UP", "0");
        environment.put("TOLLGATE_BUDGET_TOTAL", "400ms");
        environment.put("TOLLGATE_BUDGET_FEATURES", "100ms");
        environment.put("TOLLGATE_BUDGET_RECORD", "150ms");
        environment.put("TOLLGATE_BUDGET_RESERVE", "160ms");
        environment.putAll(more);
    }

    /**
     * Has the process started by another one, which starts it again whenever it ends.
     *
     * @param words come before the service's command line
     */
    DrillService within(List<String> words) {
        wrapper = List.copyOf(words);
        return this;
    }

    /** What service and pipeline must agree on. */
    static Map<String, String> shared(BackendSettings backends) {
        return Map.of(
                "TOLLGATE_KEY_SECRET",
                SECRET,
                "TOLLGATE_TOPIC",
                TOPIC,
                "TOLLGATE_REDIS_URI",
                backends.redisUri(),
                "TOLLGATE_KAFKA_BOOTSTRAP",
                backends.kafkaProperties().getOrDefault("bootstrap.servers", ""));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    Path log() {
        return directory.resolve(name + ".log");
    }

    /** Starts the process and returns when it can be asked for decisions. */
    void start() throws DemoException, IOException, InterruptedException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(java);
        ChildProcess started = ChildProcess.named(name)
                .command(command)
                .environment(environment)
                .directory(directory)
                .log(log())
                .grace(GRACE)
                .start();
        process = started;
        awaitReady(started);
    }

    private void awaitReady(ChildProcess started) throws DemoException, InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!probe.ready()) {
            if (!started.isAlive() || System.nanoTime() > deadline) {
                throw DemoException.failed(
                        name + " was not ready within " + START_LIMIT.toSeconds() + " s; " + LogTail.of(log()));
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
    }

    String name() {
        return name;
    }

    /**
     * Asks the process to end (SIGTERM) and waits until it has.
     *
     * @return its exit status; 143 is what the JVM answers to SIGTERM after an orderly shutdown
     */
    int stop() {
        ChildProcess running = process;
        if (running == null) {
            return 0;
        }
        close();
        return running.exitStatus().orElse(-1);
    }

    /** Ends the process without warning (SIGKILL). */
    void kill() throws IOException {
        ChildProcess running = process;
        if (running != null) {
            running.kill();
            process = null;
        }
    }

    /** Kills the service and not the process that starts it again; returns when it decides again. */
    void killInside() throws DemoException, IOException, InterruptedException {
        ChildProcess outer = process;
        if (outer == null) {
            throw new IllegalStateException(name + " does not run");
        }
        ProcessHandle.of(outer.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .forEach(child -> {
                    child.destroyForcibly();
                    child.onExit().join();
                });
        awaitReady(outer);
    }

    /**
     * A number of the service's own, such as {@code tollgate_outbox_disk_full}.
     *
     * @throws IOException when the service does not answer, or has no such number
     */
    double metric(String sample) throws IOException, InterruptedException {
        return probe.metric(sample);
    }

    /** Events that the hub has not acknowledged. */
    long waiting() throws IOException, InterruptedException {
        return probe.metrics().outbox();
    }

    /** Asks the process to end (SIGTERM) and waits until it has. */
    @Override
    public void close() {
        ChildProcess running = process;
        process = null;
        if (running != null) {
            running.close();
        }
    }
}
