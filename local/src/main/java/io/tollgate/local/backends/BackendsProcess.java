package io.tollgate.local.backends;

import io.tollgate.local.process.ChildProcess;
import io.tollgate.local.process.JavaCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Backends in a JVM of their own, with {@code local}'s classpath and not the caller's: how the integration tests of all
 * modules get Redis, Kafka and Cosmos DB. They end with this JVM, however it ends.
 *
 * <p>The system property {@code tollgate.backends} chooses between {@code embedded} servers, the default, and {@code
 * containers}, which need a Docker engine.
 */
public final class BackendsProcess implements Backends {
    /** A cold JVM and a broker take some 4 s; containers may have to be fetched. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    /** Longer than any backend takes to stop or start. */
    private static final int CALL_LIMIT_MILLIS = 60_000;

    private enum Kind {
        EMBEDDED("io.tollgate.local.BackendsMain"),
        CONTAINERS("io.tollgate.local.containers.ContainersMain");

        final String mainClass;

        Kind(String mainClass) {
            this.mainClass = mainClass;
        }
    }

    private final ChildProcess process;
    private final BackendSettings settings;

    private BackendsProcess(ChildProcess process, BackendSettings settings) {
        this.process = process;
        this.settings = settings;
    }

    /**
     * Starts backends and returns when they can be used. Looks for the built {@code local} module in the working
     * directory, then in those above it.
     *
     * @throws IOException when {@code local} is not built or a backend does not start
     */
    public static BackendsProcess start(BackendOptions options) throws IOException {
        return start(options, findModule());
    }

    /** @param module directory of the built {@code local} module */
    public static BackendsProcess start(BackendOptions options, Path module) throws IOException {
        Kind kind = kind();
        List<Path> classpath = classpath(kind, module);
        Path scratch = Files.createTempDirectory("tollgate-backends-");
        List<String> jvmOptions = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        List<String> command = new JavaCommand(kind.mainClass, classpath, jvmOptions, options.toArguments())
                .writeTo(scratch.resolve("java.args"));
        ChildProcess process =
                ChildProcess.named("backends").command(command).scratch(scratch).start();
        try {
            return new BackendsProcess(process, BackendSettings.fromJson(firstLine(process)));
        } catch (IOException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    @Override
    public BackendSettings settings() {
        return settings;
    }

    @Override
    public void inject(Fault fault) throws IOException {
        call("/fault/" + fault.name(), "inject " + fault);
    }

    @Override
    public Map<String, Long> counters() throws IOException {
        Map<String, Long> counters = new HashMap<>();
        FlatJson.read(call("/counters", "read the counters"))
                .forEach((name, count) -> counters.put(name, Long.valueOf(count)));
        return counters;
    }

    private String call(String path, String purpose) throws IOException {
        URL url = new URL(settings.find(BackendsServer.CONTROL).orElseThrow() + path);
        // Not HttpClient, which would freeze the JVM's default TLS context before its trust store is set.
        HttpURLConnection connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod("POST");
        connection.setReadTimeout(CALL_LIMIT_MILLIS);
        boolean done = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        try (InputStream in = done ? connection.getInputStream() : connection.getErrorStream()) {
            String answer = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (!done) {
                throw new IOException("Cannot " + purpose + ": " + answer);
            }
            return answer;
        }
    }

    @Override
    public void close() {
        process.close();
    }

    private static String firstLine(ChildProcess process) throws IOException {
        CompletableFuture<@Nullable String> line = CompletableFuture.supplyAsync(() -> readLine(process));
        try {
            String read = line.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (read == null) {
                throw new IOException(
                        "The backends did not start; what they said is in this process's standard error.");
            }
            return read;
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("The backends did not start within " + START_LIMIT.toSeconds() + " s.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the backends started.", e);
        }
    }

    private static @Nullable String readLine(ChildProcess process) {
        try {
            return process.output().readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Kind kind() {
        String chosen = System.getProperty("tollgate.backends", "embedded");
        return switch (chosen) {
            case "embedded" -> Kind.EMBEDDED;
            case "containers" -> Kind.CONTAINERS;
            default ->
                throw new IllegalArgumentException(
                        "tollgate.backends must be embedded or containers, not " + chosen + ".");
        };
    }

    private static List<Path> classpath(Kind kind, Path module) throws IOException {
        List<Path> entries = new ArrayList<>(JavaCommand.classpathOf(module));
        if (kind == Kind.CONTAINERS) {
            entries.add(module.resolve("target").resolve("test-classes").toAbsolutePath());
            entries.addAll(JavaCommand.readClasspath(module.resolve("target").resolve("test.classpath")));
        }
        return entries;
    }

    private static Path findModule() throws IOException {
        // The command line says where it lies; tests run in their module's directory.
        Path start = Path.of(System.getProperty("tollgate.home", "")).toAbsolutePath();
        for (Path directory = start; directory != null; directory = directory.getParent()) {
            Path module = directory.resolve("local");
            if (Files.exists(module.resolve("target").resolve("runtime.classpath"))) {
                return module;
            }
        }
        throw new IOException("No built module local in " + start
                + " or above. Build it first: mvn -pl local -am -DskipTests package.");
    }
}
