package io.tollgate.pipeline.command;

import io.tollgate.features.EventCodec;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.parity.ReadEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** Where the commands that look at history find it, and the engine that it was written with. */
public final class PastDataOptions {
    /** Beside the tables, where whoever started the pipeline left it; the demonstration does. */
    private static final String SECRET_FILE = "key-secret";

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private PastDataDirectory directory = new PastDataDirectory();

    @Mixin
    private BatchOptions batch = new BatchOptions();

    /**
     * The directory that holds {@code delta/}.
     *
     * @throws UsageException when there is none
     */
    DataDirectory data() {
        return directory.data();
    }

    /** For jobs that compute nothing from ids. */
    EngineSource engineWithoutSecret() {
        return engine.sourceWithoutSecret();
    }

    /**
     * @param data null when only the tables are known
     * @throws UsageException when there is no secret, or the feature set cannot be used
     */
    EngineSource engine(@Nullable DataDirectory data) {
        Path file = data == null || data.root().contains("://") ? null : Path.of(data.root(), SECRET_FILE);
        if (!engine.hasSecret() && file != null && Files.isRegularFile(file)) {
            try {
                return engine.source(Files.readString(file).strip());
            } catch (IOException e) {
                throw new UsageException("cannot read " + file + ": " + e.getMessage(), e);
            }
        }
        return engine.source();
    }

    BatchOptions batch() {
        return batch;
    }

    /**
     * Another secret gives other keys: nothing would be found, and every difference would be a false one.
     *
     * @throws UsageException when the table was written with another
     */
    static void checkSecret(SparkSession spark, EngineSource source, String deltaRoot) {
        // In one query: asked twice, a table of many files may give two payments.
        @Nullable
        Row row = HistoryTable.TXN_EVENTS
                .read(spark, deltaRoot)
                .where("event_type = 'authorization' AND card_hash IS NOT NULL")
                .select(
                        functions.col("event_id"),
                        functions.col("kafka_partition"),
                        functions.col("kafka_offset"),
                        functions.col("value"),
                        functions.expr("unix_millis(kafka_timestamp)"),
                        functions.lit(false),
                        functions.col("card_hash"))
                .limit(1)
                .collectAsList()
                .stream()
                .findFirst()
                .orElse(null);
        if (row == null) {
            return;
        }
        Row read = new ReadEvents(source).call(List.of(row).iterator()).next();
        FeatureEvent.Decided payment = (FeatureEvent.Decided) EventCodec.decode(read.getAs(3));
        String hash = source.engine().cardIdHash(payment.authorization());
        if (!hash.equals(row.getString(6))) {
            throw new UsageException(
                    "txn_events was written with another key secret; set TOLLGATE_KEY_SECRET to the one"
                            + " that service and pipeline used");
        }
    }

    /**
     * @param option named when the text is none
     * @throws UsageException when the text is no instant
     */
    static Instant instant(String option, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new UsageException(option + " must be an instant such as 2026-11-21T00:00:00Z", e);
        }
    }
}
