package io.tollgate.local.drill;

import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.demo.DeltaLog;
import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import io.tollgate.local.demo.LogTail;
import io.tollgate.local.demo.PipelineStatus;
import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The pipeline's history, in a process of its own, and what its tables say. Used by one thread. */
final class DrillHistory implements AutoCloseable {
    private static final Duration ARRIVAL = Duration.ofMinutes(2);
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
                "history", "--trigger", "PT5S", "--data-dir", data().toString(), "--status-file", status().toString());
        process = PipelineProcess.start("feature-pipeline", installation, backends, directory, "1g", arguments);
    }

    /**
     * Waits until the history has read all of the hub, and compares the number of its rows with the number of events.
     *
     * @return whether each event is there once
     */
    boolean agrees(Comparison hub, Reporter out) throws DemoException, IOException, InterruptedException {
        long deadline = System.nanoTime() + ARRIVAL.toNanos();
        while (PipelineStatus.read(status()).messagesRead() < hub.messages()) {
            if (process == null || !process.isAlive() || System.nanoTime() > deadline) {
                throw DemoException.failed("the history did not read the hub to its end within " + ARRIVAL.toSeconds()
                        + " s; " + LogTail.of(log()));
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
        PipelineStatus status = PipelineStatus.read(status());
        long rows = DeltaLog.rows(data().resolve("delta").resolve("txn_events"));
        out.say("rows in Delta's txn_events       %,9d".formatted(rows));
        out.say("  duplicates dropped on the way  %,9d".formatted(status.duplicates()));
        out.say("  quarantined                    %,9d".formatted(status.quarantined()));
        return rows == hub.events() && status.quarantined() == 0 && status.duplicates() == hub.duplicates();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
