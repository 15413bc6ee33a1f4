package io.tollgate.local.drill;

import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import io.tollgate.local.demo.LogTail;
import io.tollgate.local.demo.PipelineStatus;
import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline in a process of its own, which can be killed and started again on the same data, and its other commands on
 * what it left. Used by one thread.
 */
final class DrillPipeline implements AutoCloseable {
    /** Keeps events in Delta. */
    static final String HISTORY = "history";

    /** Publishes features as well. */
    static final String BOTH = "run";

    /** Events gather for so long: a kill within this time may meet a batch at any step. */
    static final Duration TRIGGER = Duration.ofSeconds(5);

    private static final String NAME = "feature-pipeline";

    /** A cold start takes some 15 s on two idle cores. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    /** Of a backlog of some ten thousand events, the start included. */
    private static final Duration ARRIVAL = Duration.ofMinutes(3);

    /** Of a command: a cold start of Spark, and some hundred thousand rows. */
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);

    private static final Duration POLL = Duration.ofMillis(200);

    private final String queries;
    private final Installation installation;
    private final BackendSettings backends;
    private final Path directory;
    private @Nullable ChildProcess process;

    /**
     * @param queries {@link #HISTORY} or {@link #BOTH}
     * @param directory holds the tables, the status and the logs
     */
    DrillPipeline(String queries, Installation installation, BackendSettings backends, Path directory) {
        this.queries = queries;
        this.installation = installation;
        this.backends = backends;
        this.directory = directory;
    }

    private Path log(String command) {
        return directory.resolve(command + ".log");
    }

    private Path status() {
        return directory.resolve("pipeline-status.json");
    }

    private String data() {
        return directory.resolve("pipeline").toString();
    }

    /** Returns at once: it may start while payments are decided. */
    void start() throws IOException {
        Files.deleteIfExists(status());
        List<String> arguments = List.of(
                queries,
                "--no-vectors",
                "--trigger",
                TRIGGER.toString(),
                "--data-dir",
                data(),
                "--status-file",
                status().toString());
        process = PipelineProcess.start(NAME, installation, backends, directory, "1g", arguments);
    }

    /** Ends the process without warning (SIGKILL). */
    void kill() throws IOException {
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    /** Returns when all queries run. */
    void awaitRunning() throws DemoException, IOException, InterruptedException {
        await(START_LIMIT, "did not start", PipelineStatus::running);
    }

    /** Returns when the history has read so many messages of the hub. */
    PipelineStatus awaitRead(long messages) throws DemoException, IOException, InterruptedException {
        return await(ARRIVAL, "did not read the hub to its end", status -> status.messagesRead() >= messages);
    }

    private interface Condition {
        boolean holds(PipelineStatus status);
    }

    private PipelineStatus await(Duration limit, String otherwise, Condition condition)
            throws DemoException, IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        PipelineStatus status = PipelineStatus.read(status());
        while (!condition.holds(status)) {
            if (process == null || !process.isAlive() || System.nanoTime() > deadline) {
                throw DemoException.failed(
                        "the pipeline " + otherwise + " within " + limit.toSeconds() + " s; " + LogTail.of(log(NAME)));
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
            status = PipelineStatus.read(status());
        }
        return status;
    }

    /**
     * Runs another command of the pipeline on the same data to its end; its output is in a log of its name.
     *
     * @return its exit status
     */
    int run(String command, String... options) throws DemoException, IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--data-dir", data()));
        try (ChildProcess running =
                PipelineProcess.start(command, installation, backends, directory, "1g", arguments)) {
            return running.onExit().get(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw DemoException.failed(
                    command + " did not end within " + COMMAND_LIMIT.toSeconds() + " s; " + LogTail.of(log(command)),
                    e);
        }
    }

    /** The end of what a command said. */
    String lastWords(String command) {
        return LogTail.of(log(command));
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
            process = null;
        }
    }
}
