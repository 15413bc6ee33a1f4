package io.tollgate.pipeline.command;

import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.spark.SparkSessions;
import io.tollgate.pipeline.trainingset.TrainingSetCounts;
import io.tollgate.pipeline.trainingset.TrainingSetJob;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Joins past payments with the outcomes known by a cut-off. */
@Command(
        name = "training-set",
        description = {
            "Write the Delta table fraud_training_set: vectors of past payments and the labels known by a cut-off.",
            "Reads txn_events and fraud_outcomes; the versions read stand in the new version's metadata, so that the"
                    + " same rows can be made again."
        })
public final class TrainingSetCommand implements Callable<Integer> {
    private static final Pattern SHORT = Pattern.compile("([0-9]{1,6})(ms|s|m|h|d)");

    @Mixin
    private PastDataOptions past = new PastDataOptions();

    @Option(names = "--delta", paramLabel = "DIR", description = "The tables' directory, instead of --data-dir.")
    private @Nullable String delta;

    @Option(
            names = "--as-of",
            paramLabel = "INSTANT",
            required = true,
            description = "The cut-off (ISO 8601): payments until then, and what was known of them then.")
    private String asOf = "";

    @Option(
            names = "--maturity",
            paramLabel = "TIME",
            defaultValue = "7d",
            description = "A payment without an outcome is genuine after so long, such as 7d (default"
                    + " ${DEFAULT-VALUE}); before that it has no label and is left out.")
    private String maturity = "";

    @Option(
            names = "--features",
            defaultValue = "served",
            description = "served: vectors as the service saw them; visible: computed from the events before each"
                    + " payment (default ${DEFAULT-VALUE}).")
    private TrainingSetJob.Features features = TrainingSetJob.Features.SERVED;

    @Option(
            names = "--lag",
            paramLabel = "TIME",
            defaultValue = "0ms",
            description = "With --features visible: an event is seen by payments so much later, such as 200ms"
                    + " (default ${DEFAULT-VALUE}).")
    private String lag = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The table; a new version of it is made (default: fraud_training_set beside the others).")
    private @Nullable String out;

    @Option(names = "--txn-events-version", paramLabel = "N", description = "Of txn_events (default: the newest).")
    private @Nullable Long txnEventsVersion;

    @Option(names = "--outcomes-version", paramLabel = "N", description = "Of fraud_outcomes (default: the newest).")
    private @Nullable Long outcomesVersion;

    @Override
    public Integer call() throws IOException {
        DataDirectory data = delta == null ? past.data() : null;
        String tables = data == null ? new DataDirectory(String.valueOf(delta)).root() : data.delta();
        boolean computes = features == TrainingSetJob.Features.VISIBLE;
        EngineSource engine = computes ? past.engine(data) : past.engineWithoutSecret();
        SparkSessions.Size size = past.batch().size();
        TrainingSetJob.Input input = new TrainingSetJob.Input(
                engine,
                tables,
                out == null ? HistoryTable.FRAUD_TRAINING_SET.path(tables) : new DataDirectory(out).root(),
                PastDataOptions.instant("--as-of", asOf),
                duration("--maturity", maturity),
                features,
                duration("--lag", lag),
                txnEventsVersion,
                outcomesVersion,
                size.shufflePartitions());
        try (SparkSession spark = SparkSessions.batch("tollgate-training-set", size)) {
            if (computes) {
                PastDataOptions.checkSecret(spark, engine, tables);
            }
            report(input, new TrainingSetJob(spark, input, Clock.systemUTC()).run());
            return 0;
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void report(TrainingSetJob.Input input, TrainingSetJob.Result result) {
        TrainingSetCounts counts = result.counts();
        System.out.printf(
                Locale.ROOT,
                "%,d payments until %s: %,d fraudulent, %,d genuine by outcome, %,d genuine by maturity; left out: %,d"
                        + " not labelled yet, %,d of another feature set%n",
                counts.payments(),
                input.asOf(),
                counts.frauds(),
                counts.genuine(),
                counts.matured(),
                counts.unlabelled(),
                counts.otherFeatureSet());
        System.out.printf(
                Locale.ROOT,
                "training set: %,d rows in %s version %d, from txn_events version %d and fraud_outcomes version %d%n",
                counts.written(),
                input.out(),
                result.version(),
                result.txnEventsVersion(),
                result.outcomesVersion());
    }

    private static Duration duration(String option, String text) {
        Matcher matcher = SHORT.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
        try {
            return Duration.parse(text.toUpperCase(Locale.ROOT));
        } catch (DateTimeException e) {
            throw new UsageException(option + " must be a time such as 7d, 12h or PT30M, not '" + text + "'", e);
        }
    }
}
