package io.tollgate.pipeline.command;

import io.tollgate.features.csv.CsvException;
import io.tollgate.features.csv.ReferenceMapping;
import io.tollgate.pipeline.batch.Backfill;
import io.tollgate.pipeline.batch.Rebuild;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.spark.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Computes features of past payments, or publishes what they amount to. */
@Command(
        name = "backfill",
        description = {
            "Compute the features of past payments, as of each payment's instant, and write them.",
            "With --publish and without --transactions: fill Redis again from delta/txn_events of the data directory."
                    + " Keys that a running publisher wrote stay; nothing else is written."
        })
public final class BackfillCommand implements Callable<Integer> {
    /** How the vectors are written. */
    enum Format {
        CSV,
        DELTA
    }

    @Mixin
    private PastDataOptions past = new PastDataOptions();

    @Mixin
    private TransactionsOptions file = new TransactionsOptions();

    @Option(
            names = "--reference",
            paramLabel = "FILE",
            description = "What the issuer knows of the cards as CSV, plain or gzipped; without it the features of"
                    + " reference data keep their defaults.")
    private @Nullable Path reference;

    @Option(
            names = "--reference-mapping",
            paramLabel = "NAME|FILE",
            description = "What its columns are: sparkov-cards or a mapping file.")
    private @Nullable String referenceMapping;

    @Option(
            names = "--format",
            defaultValue = "delta",
            description = "csv: DIR/features.csv; delta: DIR/fraud_feature_history (default ${DEFAULT-VALUE}).")
    private Format format = Format.DELTA;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the vectors are written.")
    private @Nullable Path out;

    @Option(
            names = "--publish",
            description = "Also publish the final states to Redis; keys that a running publisher wrote stay.")
    private boolean publish;

    @Mixin
    private RedisOptions redis = new RedisOptions();

    @Override
    public Integer call() throws IOException {
        if (publish && !file.given()) {
            rebuild();
            return 0;
        }
        EngineSource engine = publish ? past.engine(null) : past.engineWithoutSecret();
        Path directory = out();
        Path transactions = file.transactions();
        file.mapping();
        SparkSessions.Size size = past.batch().size();
        Backfill.Input input = new Backfill.Input(
                engine,
                transactions,
                file.mappingName(),
                references(),
                publish ? redis.target() : null,
                size.shufflePartitions());
        long startedAt = System.nanoTime();
        try (SparkSession spark = SparkSessions.batch("tollgate-backfill", size)) {
            Backfill backfill = new Backfill(spark, input);
            ProgressLine progress = new ProgressLine(() -> line(backfill.counts()));
            try {
                write(backfill, directory);
            } finally {
                progress.close();
            }
            report(backfill.counts(), backfill.rejections(), directory, System.nanoTime() - startedAt);
        } catch (RuntimeException e) {
            throw userError(e);
        }
        return 0;
    }

    private Path out() {
        if (out == null) {
            throw new UsageException("--out is missing; give the directory that the vectors are written to");
        }
        return out;
    }

    /** Fills Redis again from the events in Delta. */
    private void rebuild() throws IOException {
        if (out != null || reference != null || referenceMapping != null) {
            throw new UsageException(
                    "--out and --reference belong to a file; give --transactions and --mapping as well,"
                            + " or leave them out to publish from delta/txn_events");
        }
        DataDirectory data = past.data();
        EngineSource engine = past.engine(data);
        SparkSessions.Size size = past.batch().size();
        long startedAt = System.nanoTime();
        try (SparkSession spark = SparkSessions.batch("tollgate-rebuild", size)) {
            PastDataOptions.checkSecret(spark, engine, data.delta());
            Rebuild rebuild = new Rebuild(
                    spark,
                    new Rebuild.Input(engine, data.delta(), redis.target(), size.shufflePartitions()),
                    Clock.systemUTC());
            ProgressLine progress = new ProgressLine(() -> line(rebuild.counts()));
            try {
                rebuild.run();
            } finally {
                progress.close();
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s from %s in %.1f s%n",
                    line(rebuild.counts()),
                    data.delta(),
                    (System.nanoTime() - startedAt) / 1e9);
        }
    }

    private static String line(Rebuild.Counts counts) {
        return String.format(
                Locale.ROOT, "events folded %,d, entities published %,d", counts.folded(), counts.published());
    }

    private void write(Backfill backfill, Path directory) throws IOException {
        if (format == Format.CSV) {
            backfill.writeCsv(directory.toAbsolutePath());
        } else {
            backfill.writeDelta(
                    directory.toAbsolutePath().toString(), Instant.now().getEpochSecond());
        }
    }

    private Backfill.@Nullable References references() {
        if (reference == null && referenceMapping == null) {
            return null;
        }
        if (reference == null || referenceMapping == null) {
            throw new UsageException("--reference and --reference-mapping go together; give both or none");
        }
        if (!Files.isRegularFile(reference)) {
            throw new UsageException("--reference " + reference + " does not exist; give a CSV file");
        }
        try {
            ReferenceMapping.resolve(referenceMapping);
        } catch (RuntimeException e) {
            throw new UsageException("--reference-mapping " + referenceMapping + ": " + e.getMessage(), e);
        }
        return new Backfill.References(reference.toAbsolutePath(), referenceMapping);
    }

    /** A bad file is found in a task; what the user must hear stands deep in Spark's own exception. */
    private static RuntimeException userError(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CsvException) {
                return new UsageException(String.valueOf(cause.getMessage()), failure);
            }
        }
        return failure;
    }

    private static String line(Backfill.Counts counts) {
        return String.format(
                Locale.ROOT,
                "rows read %,d, events folded %,d, rows rejected %,d",
                counts.read(),
                counts.folded(),
                counts.rejected());
    }

    private void report(Backfill.Counts counts, List<String> rejections, Path directory, long nanos) {
        double seconds = nanos / 1e9;
        if (reference != null) {
            System.out.printf(
                    Locale.ROOT,
                    "%,d reference rows read, %,d rejected%n",
                    counts.references(),
                    counts.referencesRejected());
        }
        System.out.printf(
                Locale.ROOT,
                "%,d rows read, %,d rejected; %,d vectors written to %s in %.1f s; %,.0f events folded a second%n",
                counts.read(),
                counts.rejected(),
                counts.read() - counts.rejected(),
                directory,
                seconds,
                counts.folded() / seconds);
        rejections.forEach(System.err::println);
        long more = counts.rejected() + counts.referencesRejected() - rejections.size();
        if (more > 0) {
            System.err.printf(Locale.ROOT, "and %,d more%n", more);
        }
    }
}
