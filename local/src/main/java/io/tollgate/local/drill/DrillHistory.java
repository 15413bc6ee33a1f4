package io.tollgate.local.drill;

import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import io.tollgate.local.demo.LogTail;
import io.tollgate.local.demo.PipelineStatus;
import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The pipeline's history, in a process of its own, and what its tables say. Used by one thread. */
final class DrillHistory implements AutoCloseable {
    private static final Duration ARRIVAL = Duration.ofMinutes(2);

    /** A cold start of Spark, and some hundred thousand rows. */
    private static final Duration READING = Duration.ofMinutes(2);

    /** A kill comes up to this long after its payment, at any step of a batch. */
    static final Duration TRIGGER = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(200);

    private final Installation installation;
    private final BackendSettings backends;
    private final Path directory;
    private @Nullable ChildProcess process;

    /**
     * @param directory holds the tables, the status and the log
     */
    DrillHistory(Installation installation, BackendSettings backends, Path directory) {
        this.installation = installation;
        this.backends = backends;
        this.directory = directory;
    }

    private Path log() {
        return directory.resolve("feature-pipeline.log");
    }

    private Path status() {
        return directory.resolve("pipeline-status.json");
    }

    private Path data() {
        return directory.resolve("pipeline");
    }

    /** Returns at once: it may start while payments are decided. */
    void start() throws IOException {
        List<String> arguments = List.of(
                "history",
                "--no-vectors",
                "--trigger",
                TRIGGER.toString(),
                "--data-dir",
                data().toString(),
                "--status-file",
                status().toString());
        process = PipelineProcess.start("feature-pipeline", installation, backends, directory, "1g", arguments);
    }

    /** Ends the process without warning (SIGKILL). */
    void kill() throws IOException {
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    /**
     * Waits until the history has read all of the hub, ends it, and has another process read its table row by row.
     *
     * @return whether each answered payment is there once, as it was answered, and nothing else
     */
    boolean agrees(Map<String, Told> answered, Comparison hub, Reporter out)
            throws DemoException, IOException, InterruptedException {
        long deadline = System.nanoTime() + ARRIVAL.toNanos();
        while (PipelineStatus.read(status()).messagesRead() < hub.messages()) {
            if (process == null || !process.isAlive() || System.nanoTime() > deadline) {
                throw DemoException.failed("the history did not read the hub to its end within " + ARRIVAL.toSeconds()
                        + " s; " + LogTail.of(log()));
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
        PipelineStatus status = PipelineStatus.read(status());
        close();
        DeltaDecisions delta = DeltaDecisions.compare(answered, decisions());
        delta.print(out);
        out.say("  duplicates dropped on the way  %,9d".formatted(status.duplicates()));
        out.say("  quarantined                    %,9d".formatted(status.quarantined()));
        return delta.clean() && status.quarantined() == 0 && status.duplicates() == hub.duplicates();
    }

    private Path decisions() throws DemoException, IOException, InterruptedException {
        Path file = directory.resolve("decisions.csv");
        List<String> arguments = List.of("decisions", "--data-dir", data().toString(), "--out", file.toString());
        try (ChildProcess reader =
                PipelineProcess.start("decisions", installation, backends, directory, "1g", arguments)) {
            if (reader.onExit().get(READING.toSeconds(), TimeUnit.SECONDS) != 0) {
                throw DemoException.failed(
                        "the decisions in Delta cannot be read; " + LogTail.of(directory.resolve("decisions.log")));
            }
        } catch (ExecutionException | TimeoutException e) {
            throw DemoException.failed(
                    "the decisions in Delta were not read within " + READING.toSeconds() + " s: " + e, e);
        }
        return file;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
            process = null;
        }
    }
}
