package io.tollgate.pipeline.command;

import io.tollgate.pipeline.history.HistoryTable;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the commands that look at history find it. */
public final class PastDataDirectory {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "${env:TOLLGATE_DATA_DIR:-tollgate-data}",
            description = "Holds delta/ and checkpoints/, or the --data-dir of a demo (TOLLGATE_DATA_DIR; default"
                    + " ${DEFAULT-VALUE}).")
    private String dataDir = "";

    /**
     * The directory that holds {@code delta/}.
     *
     * @throws UsageException when there is none
     */
    DataDirectory data() {
        if (dataDir.contains("://")) {
            return new DataDirectory(dataDir);
        }
        Path given = Path.of(dataDir);
        for (Path candidate : new Path[] {given, given.resolve("pipeline")}) {
            if (Files.isDirectory(candidate.resolve("delta").resolve(HistoryTable.TXN_EVENTS.tableName()))) {
                return new DataDirectory(candidate.toString());
            }
        }
        throw new UsageException("--data-dir " + dataDir + " holds no delta/txn_events; give the data directory of a"
                + " pipeline or a demo that has run");
    }
}
