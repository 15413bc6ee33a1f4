package io.tollgate.pipeline.trainingset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.history.WrittenHistory;
import io.tollgate.pipeline.parity.SmallWorld;
import io.tollgate.pipeline.spark.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Over real Delta tables that the history's own code has written. */
@Timeout(180)
class TrainingSetIT {
    private static final EngineSource ENGINE = new EngineSource("fraud-v3", "secret of the integration tests");
    private static final Duration MATURITY = Duration.ofDays(7);
    private static final Instant EARLY = SmallWorld.START.plus(Duration.ofDays(1));
    private static final Instant MATURE = SmallWorld.START.plus(Duration.ofDays(8));

    private static SparkSession spark;

    @TempDir
    private Path directory;

    private SmallWorld world;

    @BeforeAll
    static void start() {
        spark = SparkSessions.batch("training-set-it", new SparkSessions.Size(2, 2));
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @BeforeEach
    void begin() throws IOException {
        world = new SmallWorld(
                ENGINE.engine(), 7, new WrittenHistory(spark, ENGINE, delta()), directory.resolve("checkpoint"));
        world.newCheckpoint(1_795_000_000L);
        world.outcome("tx-3", true, SmallWorld.START.plus(Duration.ofHours(12)));
        world.outcome("tx-4", false, SmallWorld.START.plus(Duration.ofHours(12)));
        world.outcome("tx-5", true, SmallWorld.START.plus(Duration.ofDays(2)));
        world.run(40, (id, event) -> {});
    }

    @Test
    void label_comesFromWhatWasKnownAtTheCutOff() {
        TrainingSetCounts early =
                job(EARLY, TrainingSetJob.Features.SERVED, null).run().counts();
        TrainingSetCounts mature =
                job(MATURE, TrainingSetJob.Features.SERVED, null).run().counts();

        assertThat(early).isEqualTo(new TrainingSetCounts(40, 1, 1, 0, 38, 0));
        assertThat(mature).isEqualTo(new TrainingSetCounts(40, 2, 1, 37, 0, 0));
        assertThat(rows()).hasSize(40);
        assertThat(rows().stream().filter(row -> row.<Boolean>getAs("fraud")).map(row -> row.<String>getAs(0)))
                .containsExactlyInAnyOrder("tx-3", "tx-5");
    }

    @Test
    void run_givesTheSameRows_whenVersionsAndCutOffAreTheSame() throws IOException {
        TrainingSetJob.Result first =
                job(MATURE, TrainingSetJob.Features.VISIBLE, null).run();
        List<Row> before = rows();
        world.outcome("tx-6", true, SmallWorld.START.plus(Duration.ofDays(3)));
        world.run(10, (id, event) -> {});

        TrainingSetJob.Result again =
                job(MATURE, TrainingSetJob.Features.VISIBLE, first).run();
        List<Row> repeated = rows();
        TrainingSetJob.Result newest =
                job(MATURE, TrainingSetJob.Features.VISIBLE, null).run();

        assertThat(repeated).isEqualTo(before);
        assertThat(again.version()).isEqualTo(first.version() + 1);
        assertThat(newest.counts().payments()).isEqualTo(50);
        assertThat(newest.counts().frauds()).isEqualTo(3);
        assertThat(metadata())
                .contains("\"txnEventsVersion\":" + newest.txnEventsVersion())
                .contains("\"outcomesVersion\":" + newest.outcomesVersion())
                .contains("\"asOf\":\"" + MATURE);
    }

    @Test
    void run_standsInPipelineRuns_withItsCounts() {
        job(MATURE, TrainingSetJob.Features.SERVED, null).run();

        Row run = HistoryTable.PIPELINE_RUNS
                .read(spark, delta())
                .where("job = 'training-set'")
                .head();
        assertThat(run.<Long>getAs("rows_read")).isEqualTo(40);
        assertThat(run.<Long>getAs("rows_written")).isEqualTo(40);
        assertThat(run.<String>getAs("status")).isEqualTo("ok");
        assertThat(run.<String>getAs("details")).contains("\"matured\":37");
    }

    @Test
    void run_standsInPipelineRuns_whenItFailed() throws IOException {
        Files.writeString(Path.of(HistoryTable.FRAUD_TRAINING_SET.path(delta())), "no directory");

        assertThatThrownBy(
                        () -> job(MATURE, TrainingSetJob.Features.SERVED, null).run())
                .isInstanceOf(Exception.class);

        Row run = HistoryTable.PIPELINE_RUNS
                .read(spark, delta())
                .where("job = 'training-set'")
                .head();
        assertThat(run.<String>getAs("status")).isEqualTo("failed");
        assertThat(run.<Long>getAs("rows_written")).isZero();
        assertThat(run.<String>getAs("details")).contains("\"error\":");
    }

    @Test
    void run_saysWhichVersionsThereAre_whenOneIsNot() {
        TrainingSetJob.Input input = input(MATURE, TrainingSetJob.Features.SERVED, 99L, null);

        assertThatThrownBy(() -> new TrainingSetJob(spark, input, Clock.systemUTC()).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("txn_events has the versions 0 to");
    }

    private TrainingSetJob job(
            Instant asOf, TrainingSetJob.Features features, TrainingSetJob.@Nullable Result versionsOf) {
        return new TrainingSetJob(
                spark,
                input(
                        asOf,
                        features,
                        versionsOf == null ? null : versionsOf.txnEventsVersion(),
                        versionsOf == null ? null : versionsOf.outcomesVersion()),
                Clock.systemUTC());
    }

    private TrainingSetJob.Input input(
            Instant asOf, TrainingSetJob.Features features, @Nullable Long events, @Nullable Long outcomes) {
        return new TrainingSetJob.Input(
                ENGINE,
                delta(),
                HistoryTable.FRAUD_TRAINING_SET.path(delta()),
                asOf,
                MATURITY,
                features,
                Duration.ZERO,
                events,
                outcomes,
                2);
    }

    private List<Row> rows() {
        return HistoryTable.FRAUD_TRAINING_SET
                .read(spark, delta())
                .orderBy("occurred_at", "transaction_id")
                .collectAsList();
    }

    private String metadata() {
        return DeltaTable.forPath(spark, HistoryTable.FRAUD_TRAINING_SET.path(delta()))
                .history(1)
                .select("userMetadata")
                .head()
                .getString(0);
    }

    private String delta() {
        return directory.resolve("delta").toString();
    }
}
