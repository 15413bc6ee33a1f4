package io.tollgate.bench.service;

import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Feast's servers, with a repository that they share: its definitions beside them in a file, its values in Redis. None of
 * them outlives this JVM (see {@link ChildProcess}), nor does the repository.
 */
final class FeastServers implements AutoCloseable {
    private static final List<String> SCRIPTS = List.of("feature_store.yaml", "publish.py");

    /** Seconds; longer than a run. */
    private static final String NEVER = "3600";

    private final Path directory;
    private final Map<String, String> environment;
    private final List<ChildProcess> started = new ArrayList<>();

    /** @param home of the built project */
    FeastServers(Path home, FeastTown town, InetSocketAddress redis) throws IOException {
        directory = Stack.scratch("feast");
        environment = Map.of(
                "TOLLGATE_BENCH_REDIS",
                redis.getHostString() + ":" + redis.getPort(),
                "FEAST_USAGE",
                "False",
                "PYTHONUNBUFFERED",
                "1");
        for (String script : SCRIPTS) {
            Files.copy(
                    home.resolve("load-tests/src/main/feast").resolve(script),
                    directory.resolve(script),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        town.write(directory);
    }

    /**
     * Writes the town's values into Redis, through Feast, and starts the Python server.
     *
     * @param feast the installed command
     * @param workers processes that answer requests
     * @throws IOException when either fails; the log is then in the message
     */
    Server startPython(Path feast, int workers) throws IOException {
        int port = Stack.freePort();
        // In one process group, whose end takes the repository with it. The command's defaults, workers that are
        // restarted and a log of requests, would be charged to Feast.
        return start(
                ChildProcess.named("feast-python").scratch(directory),
                List.of(
                        "bash",
                        "-c",
                        "\"$0\" publish.py && exec \"$@\"",
                        feast.resolveSibling("python").toString(),
                        feast.toString(),
                        "serve",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--workers",
                        Integer.toString(workers),
                        "--max-requests",
                        "0",
                        "--registry_ttl_sec",
                        NEVER,
                        "--no-access-log"),
                "python",
                port);
    }

    /**
     * Starts the Go server; the Python server has been started, and with it the repository been written.
     *
     * @param binary built from Feast's sources
     */
    Server startGo(Path binary) throws IOException {
        int port = Stack.freePort();
        return start(
                ChildProcess.named("feast-go"),
                List.of(
                        binary.toString(),
                        "--type=http",
                        "--host=127.0.0.1",
                        "--port=" + port,
                        "--metrics-port=" + Stack.freePort()),
                "go",
                port);
    }

    private Server start(ChildProcess.Builder builder, List<String> command, String name, int port) throws IOException {
        long start = System.nanoTime();
        Path log = directory.resolve(name + ".log");
        ChildProcess process = builder.directory(directory)
                .command(command)
                .environment(environment)
                .log(log)
                .start();
        started.add(process);
        Stack.awaitReady(process, port, "/health", log);
        return new Server(name, process, Stack.loopback(port), Duration.ofNanos(System.nanoTime() - start));
    }

    /** Feast's, as the installed package says; once the Python server runs. */
    String version() throws IOException {
        return Files.readString(directory.resolve("version")).strip();
    }

    /** Ends all servers, the last one first. */
    @Override
    public void close() {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close();
        }
    }
}
