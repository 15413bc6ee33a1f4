package io.tollgate.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The pipeline as a process of its own, which a test can kill like an operating system would. */
final class RunningPipeline implements AutoCloseable {
    /** A cold start takes 15 s on an idle machine. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Path directory;
    private final ChildProcess process;

    private RunningPipeline(Path directory, ChildProcess process) {
        this.directory = directory;
        this.process = process;
    }

    static RunningPipeline start(Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        Files.createDirectories(directory);
        Files.deleteIfExists(directory.resolve("pipeline-status.json"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                // Lives for a minute: what the second compiler costs it never earns.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Pipeline.class.getName()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data-dir", directory.toString()));
        return new RunningPipeline(
                directory,
                ChildProcess.named("pipeline")
                        .command(command)
                        .environment(environment)
                        .log(directory.resolve("pipeline.log"))
                        .start());
    }

    /** As kill -9 does. */
    void kill() throws Exception {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
        process.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Waits until it has ended by itself. */
    void awaitEnd() throws Exception {
        process.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    JsonNode await(Predicate<JsonNode> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        JsonNode status = status();
        while (!condition.test(status)) {
            if (System.nanoTime() > deadline || process.onExit().isDone()) {
                throw new AssertionError("the pipeline did not get there: " + status + "\n"
                        + Files.readString(directory.resolve("pipeline.log")));
            }
            TimeUnit.MILLISECONDS.sleep(100);
            status = status();
        }
        return status;
    }

    private JsonNode status() throws IOException {
        Path file = directory.resolve("pipeline-status.json");
        return Files.exists(file)
                ? new ObjectMapper().readTree(Files.readAllBytes(file))
                : new ObjectMapper().createObjectNode();
    }

    @Override
    public void close() {
        process.close();
    }
}
