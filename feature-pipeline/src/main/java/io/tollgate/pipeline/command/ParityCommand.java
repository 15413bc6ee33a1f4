package io.tollgate.pipeline.command;

import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.parity.Parity;
import io.tollgate.pipeline.parity.ParityReport;
import io.tollgate.pipeline.parity.ParityResult;
import io.tollgate.pipeline.publish.PublisherQuery;
import io.tollgate.pipeline.publish.RealTimePublisher;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import io.tollgate.pipeline.spark.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares served with recomputed vectors. */
@Command(
        name = "parity",
        description = {
            "Recompute every served vector from history, exactly as it was visible then, and compare bit for bit.",
            "Reads delta/ and checkpoints/ of the data directory; writes nothing but the report."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no value differs, and all that history promises to know could be compared",
            "1:values differ, or could not be compared",
            "2:an option or a directory cannot be used"
        })
public final class ParityCommand implements Callable<Integer> {
    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

    @Mixin
    private PastDataOptions past = new PastDataOptions();

    @Option(names = "--report", paramLabel = "FILE", description = "Also write the result as JSON.")
    private @Nullable Path report;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            description = "Leave out payments decided before (ISO 8601); their events still count for later ones.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "INSTANT", description = "Leave out payments decided from then on.")
    private @Nullable String until;

    @Option(
            names = "--partitions",
            defaultValue = "0",
            description = "Of the shuffles; one for some hundred thousand events (default: twice the task slots).")
    private int partitions;

    @Override
    public Integer call() throws IOException {
        DataDirectory data = past.data();
        EngineSource engine = past.engine(data);
        checkReport();
        SparkSessions.Size size =
                partitions > 0 ? past.batch().size(partitions) : past.batch().size();
        Parity.Input input = new Parity.Input(
                engine,
                data.delta(),
                data.checkpoint(PublisherQuery.NAME),
                since == null ? FIRST : PastDataOptions.instant("--since", since),
                until == null ? LAST : PastDataOptions.instant("--until", until),
                size.shufflePartitions());
        try (SparkSession spark = SparkSessions.batch("tollgate-parity", size)) {
            refuseRealTime(spark, data);
            PastDataOptions.checkSecret(spark, engine, data.delta());
            ParityResult result = run(new Parity(spark, input));
            ParityReport told = new ParityReport(engine.engine().featureSet(), result);
            if (report != null) {
                told.write(report);
            }
            told.print(System.out);
            return result.clean() ? 0 : 1;
        }
    }

    private static void refuseRealTime(SparkSession spark, DataDirectory data) {
        String checkpoint = data.checkpoint(RealTimePublisher.CHECKPOINT);
        if (CheckpointEpoch.read(checkpoint, spark.sparkContext().hadoopConfiguration())
                .isPresent()) {
            throw new UsageException("features of this data directory were published by the real-time engine ("
                    + checkpoint + "), which keeps no record of what each update had read; parity needs --engine"
                    + " micro-batch");
        }
    }

    private static ParityResult run(Parity parity) {
        ProgressLine progress = new ProgressLine(() -> String.format(
                Locale.ROOT,
                "events folded %,d, vectors compared %,d",
                parity.counts().folded(),
                parity.counts().compared()));
        try {
            return parity.run();
        } finally {
            progress.close();
        }
    }

    private void checkReport() {
        if (report == null) {
            return;
        }
        Path directory = report.toAbsolutePath().getParent();
        if (Files.isDirectory(report) || directory == null || !Files.isWritable(directory)) {
            throw new UsageException("--report " + report + " cannot be written; give a file in a writable directory");
        }
    }
}
