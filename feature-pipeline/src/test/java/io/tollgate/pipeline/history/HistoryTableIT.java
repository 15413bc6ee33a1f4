package io.tollgate.pipeline.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.pipeline.spark.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTableIT {
    @TempDir
    private Path delta;

    /** What kill -9 left in a run of PipelineIT, after which no start came through any more. */
    @Test
    void table_isCreated_whenAProcessWasKilledBeforeItsFirstCommit() throws IOException {
        Path log = Files.createDirectories(delta.resolve("pipeline_runs").resolve("_delta_log"));
        Files.createFile(log.resolve(".00000000000000000000.json.0b5f.tmp"));
        try (SparkSession spark = SparkSessions.batch("history-table-it", new SparkSessions.Size(1, 1))) {
            HistoryTable.PIPELINE_RUNS.createIfMissing(spark, delta.toString());

            assertThat(HistoryTable.PIPELINE_RUNS.read(spark, delta.toString()).count())
                    .isZero();

            Path commit = log.resolve("00000000000000000000.json");
            byte[] before = Files.readAllBytes(commit);
            HistoryTable.PIPELINE_RUNS.createIfMissing(spark, delta.toString());
            assertThat(Files.readAllBytes(commit)).as("what is there stays").isEqualTo(before);
        }
    }
}
