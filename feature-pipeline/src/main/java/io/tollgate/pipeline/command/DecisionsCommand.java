package io.tollgate.pipeline.command;

import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.spark.SparkSessions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes down what history holds of the decisions, for whoever has records of his own to compare. */
@Command(
        name = "decisions",
        description = {
            "Write every decision in Delta to a CSV file: transaction_id, decision, decided_at. A line for each row of"
                    + " the table, in no order: an id that stands there twice comes twice.",
            "Reads delta/txn_events of the data directory; writes nothing but the file."
        })
public final class DecisionsCommand implements Callable<Integer> {
    /** No id holds a character that would have to be quoted. */
    private static final String LINE =
            "concat_ws(',', transaction_id, decision, date_format(decided_at, \"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'\"))";

    @Mixin
    private PastDataDirectory directory = new PastDataDirectory();

    @Mixin
    private BatchOptions batch = new BatchOptions();

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Replaced if it is there.")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        String delta = directory.data().delta();
        Path file = file();
        try (SparkSession spark = SparkSessions.batch("tollgate-decisions", batch.size())) {
            System.out.printf(Locale.ROOT, "%,d decisions written to %s%n", write(spark, delta, file), file);
        }
        return 0;
    }

    /**
     * Writes the file; for callers that have a session.
     *
     * @return how many decisions
     */
    public static long write(SparkSession spark, String deltaRoot, Path file) throws IOException {
        long written = 0;
        try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            writer.write("transaction_id,decision,decided_at\n");
            Iterator<String> lines = HistoryTable.TXN_EVENTS
                    .read(spark, deltaRoot)
                    .where("event_type = 'authorization'")
                    .selectExpr(LINE)
                    .as(Encoders.STRING())
                    .toLocalIterator();
            while (lines.hasNext()) {
                writer.write(lines.next());
                writer.write('\n');
                written++;
            }
        }
        return written;
    }

    private Path file() {
        Path parent = out == null ? null : out.toAbsolutePath().getParent();
        if (out == null || Files.isDirectory(out) || parent == null || !Files.isWritable(parent)) {
            throw new UsageException("--out " + out + " cannot be written; give a file in a writable directory");
        }
        return out;
    }
}
