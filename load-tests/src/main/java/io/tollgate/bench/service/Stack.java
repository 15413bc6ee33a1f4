package io.tollgate.bench.service;

import io.tollgate.bench.SyntheticModel;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.local.process.ChildProcess;
import io.tollgate.local.process.JavaCommand;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The processes of a benchmark: Redis and Kafka, the model endpoint, the service, the floor. None of them outlives this
 * JVM (see {@link ChildProcess}), nor does what they write.
 */
final class Stack implements AutoCloseable {
    /** Of the service in this benchmark only. */
    static final String SECRET = "a secret only for benchmarks";

    static final String TOKEN = "benchmark";

    /** The least that the service takes: a benchmark leaves a record for each of a million payments. */
    static final Duration CLAIM_WINDOW = Duration.ofMinutes(1);

    private static final List<String> MODEL_JVM = List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m");

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Path home;
    /** Of service and floor: those of {@code ./tollgate serve}. */
    private final List<String> serverJvm;

    private final List<Runnable> endings = new ArrayList<>();
    private final BackendsProcess backends;
    private Path outbox = Path.of("none");

    /**
     * Starts the backends.
     *
     * @param home of the built project
     */
    Stack(Path home) throws IOException {
        this.home = home;
        this.serverJvm = Files.readAllLines(home.resolve("scoring-api/jvm.options")).stream()
                .filter(line -> line.startsWith("-"))
                .toList();
        this.backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA), home.resolve("local"));
        endings.add(backends::close);
    }

    URI redis() {
        return URI.create(backends.settings().redisUri());
    }

    InetSocketAddress redisAddress() {
        return new InetSocketAddress(redis().getHost(), redis().getPort());
    }

    /** A model and where it is asked. */
    record ServedModel(Path directory, URI endpoint) {}

    /** Makes a model for a town's features, and serves it. */
    ServedModel startModel(Town town) throws IOException {
        Path scratch = scratch("model");
        Path model = scratch.resolve("model");
        SyntheticModel.write(
                model,
                town.featureNames(),
                town.featureSet().id(),
                town.featureSet().hashText());
        ChildProcess process = java(
                        scratch,
                        JavaCommand.classpathOf(home.resolve("local")),
                        "io.tollgate.local.endpoint.ModelEndpointProcess",
                        MODEL_JVM,
                        List.of(model.toString(), "0"))
                .start();
        endings.add(process::close);
        return new ServedModel(model, URI.create(ready(process)));
    }

    /** Starts the floor server. */
    Server startFloor(FloorWork work, int eventLoops) throws IOException {
        long start = System.nanoTime();
        Path directory = scratch("floor");
        Path file = directory.resolve("work");
        work.write(file);
        List<Path> classpath = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        ChildProcess process = java(
                        directory,
                        classpath,
                        FloorServer.class.getName(),
                        serverJvm,
                        List.of(file.toString(), Integer.toString(eventLoops), directory.toString()))
                .start();
        endings.add(process::close);
        int port = Integer.parseInt(ready(process));
        return new Server("floor", process, loopback(port), Duration.ofNanos(System.nanoTime() - start));
    }

    /**
     * Starts the service, with nothing in its outbox, and returns when it says that it is ready.
     *
     * @throws IOException when it does not become ready; its log is then in the message
     */
    Server startService(ServedModel model, int eventLoops) throws IOException {
        Path directory = scratch("service");
        outbox = directory.resolve("outbox");
        int port = freePort();
        Path log = directory.resolve("log");
        long start = System.nanoTime();
        ChildProcess process = java(
                        directory,
                        JavaCommand.classpathOf(home.resolve("scoring-api")),
                        "io.tollgate.api.ScoringApi",
                        serverJvm,
                        List.of())
                .environment(environment(port, model, eventLoops))
                .log(log)
                .start();
        endings.add(process::close);
        awaitReady(process, port, "/actuator/health/readiness", log);
        return new Server("service", process, loopback(port), Duration.ofNanos(System.nanoTime() - start));
    }

    private Map<String, String> environment(int port, ServedModel model, int eventLoops) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SPRING_PROFILES_ACTIVE", "local");
        environment.put("TOLLGATE_PORT", Integer.toString(port));
        environment.put("TOLLGATE_API_KEY", TOKEN);
        environment.put("TOLLGATE_KEY_SECRET", SECRET);
        environment.put("TOLLGATE_MODEL_DIR", model.directory().toString());
        environment.put("TOLLGATE_MODEL_URL", model.endpoint().toString());
        environment.put("TOLLGATE_OUTBOX_DIR", outbox.toString());
        environment.put("TOLLGATE_REDIS_URI", backends.settings().redisUri());
        environment.put(
                "TOLLGATE_KAFKA_BOOTSTRAP",
                backends.settings().kafkaProperties().getOrDefault("bootstrap.servers", ""));
        environment.put("TOLLGATE_EVENT_LOOPS", Integer.toString(eventLoops));
        environment.put("TOLLGATE_IDEMPOTENCY_WINDOW", CLAIM_WINDOW.toSeconds() + "s");
        // On a busy machine too, it shall do what the floor does, and not what it does when it is late.
        environment.put("TOLLGATE_BUDGET_TOTAL", "500ms");
        environment.put("TOLLGATE_BUDGET_FEATURES", "150ms");
        environment.put("TOLLGATE_BUDGET_RECORD", "150ms");
        environment.put("TOLLGATE_BUDGET_RESERVE", "200ms");
        // The default of the service; that of the profile local is for a laptop.
        environment.put("TOLLGATE_WARM_UP", "60000");
        return environment;
    }

    /** Of the service that was started last. */
    Path currentOutbox() {
        return outbox;
    }

    /** What a child writes; goes when it ends, however this JVM ends. */
    static Path scratch(String name) throws IOException {
        return Files.createTempDirectory("tollgate-bench-" + name + "-");
    }

    private static ChildProcess.Builder java(
            Path scratch, List<Path> classpath, String mainClass, List<String> options, List<String> arguments)
            throws IOException {
        List<String> command =
                new JavaCommand(mainClass, classpath, options, arguments).writeTo(scratch.resolve("java.args"));
        return ChildProcess.named(mainClass).directory(scratch).scratch(scratch).command(command);
    }

    private static String ready(ChildProcess process) throws IOException {
        BufferedReader output = process.output();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("ready: ")) {
                return line.substring("ready: ".length());
            }
        }
        throw new IOException("a server ended before it was ready; what it said is in standard error");
    }

    /**
     * Returns when a server answers a path with status 200.
     *
     * @throws IOException when it does not in time; its log is then in the message
     */
    static void awaitReady(ChildProcess process, int port, String path, Path log) throws IOException {
        URL url = new URL("http://127.0.0.1:" + port + path);
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady(url)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("a server did not become ready:\n"
                        + (Files.exists(log) ? Files.readString(log) : "it wrote no log"));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static boolean isReady(URL url) {
        try {
            HttpURLConnection connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
            connection.setReadTimeout((int) TimeUnit.SECONDS.toMillis(1));
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            // Nobody listens yet.
            return false;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Ends all processes, the last one first. */
    @Override
    public void close() {
        for (int i = endings.size() - 1; i >= 0; i--) {
            endings.get(i).run();
        }
    }
}
