package io.tollgate.pipeline.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.pipeline.batches.PublishedBatches;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.history.WrittenHistory;
import io.tollgate.pipeline.spark.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Over real Delta tables that the history's own code has written. Each test has a directory of its own. */
@Timeout(180)
class ParityIT {
    private static final EngineSource ENGINE = new EngineSource("fraud-v3", "secret of the integration tests");
    private static final int FEATURES = ENGINE.engine().vectorLength();
    private static final long EPOCH = 1_795_000_000L;
    private static final SmallWorld.Change NONE = (id, event) -> {};

    private static SparkSession spark;

    @TempDir
    private Path directory;

    private SmallWorld world;

    @BeforeAll
    static void start() {
        spark = SparkSessions.batch("parity-it", new SparkSessions.Size(2, 2));
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @BeforeEach
    void begin() throws IOException {
        world = new SmallWorld(ENGINE.engine(), 7, new WrittenHistory(spark, ENGINE, delta()), checkpoint());
        world.newCheckpoint(EPOCH);
    }

    @Test
    void parity_findsNoDifference_acrossRestartsAndANewCheckpoint() throws IOException {
        world.tellTruth();
        world.run(150, NONE);
        world.wipeStore();
        world.run(50, NONE);
        new PublishedBatches(spark, delta(), checkpoint().toString()).copy();
        deleteOffsets(Long.MAX_VALUE);
        world.newCheckpoint(EPOCH + 100);
        world.run(100, NONE);

        ParityResult result = parity();

        assertThat(result.examples()).isEmpty();
        assertThat(result.clean()).isTrue();
        assertThat(result.vectorsCompared()).isEqualTo(300);
        assertThat(result.compared()).isEqualTo(300L * FEATURES);
        assertThat(result.notComparable()).isEmpty();
    }

    @Test
    void parity_findsAPlantedDifference_andNamesIt() throws IOException {
        String feature = ENGINE.engine().featureSet().features().get(3).name();
        world.run(60, (id, event) -> {
            if (id.equals("tx-41")) {
                ArrayNode vector = (ArrayNode) event.get("vector");
                vector.set(3, vector.numberNode(Math.nextUp(vector.get(3).doubleValue())));
            }
        });

        ParityResult result = parity();

        assertThat(result.differing()).isEqualTo(1);
        assertThat(result.differingOf(3)).isEqualTo(1);
        assertThat(result.clean()).isFalse();
        assertThat(result.examples()).singleElement().satisfies(example -> {
            assertThat(example.transactionId()).isEqualTo("tx-41");
            assertThat(example.feature()).isEqualTo(feature);
        });
    }

    @Test
    void parity_findsTailsThatWereLeftOut() throws IOException {
        int[] withTail = {0};
        world.run(120, (id, event) -> {
            if (!event.get("tail").isEmpty()) {
                withTail[0]++;
                event.putArray("tail");
                forgetTailsOfGroups(event);
            }
        });

        ParityResult result = parity();

        assertThat(withTail[0]).isPositive();
        assertThat(result.vectorsDiffering()).isPositive().isLessThanOrEqualTo(withTail[0]);
    }

    /** Why each group names its own: a payment may be in the card's tail and not yet in the device's. */
    @Test
    void parity_wouldDiffer_ifTailsWereNamedForAllEntitiesTogether() throws IOException {
        world.run(300, (id, event) -> forgetTailsOfGroups(event));

        assertThat(parity().vectorsDiffering()).isPositive();
    }

    @Test
    void parity_isNotClean_whenBatchesAreNotRecorded() throws IOException {
        world.run(60, NONE);
        deleteOffsets(3);

        ParityResult result = parity();

        assertThat(result.differing()).isZero();
        assertThat(result.notComparable()).containsKey(NotComparable.UNKNOWN_BATCH);
        assertThat(result.clean()).isFalse();
    }

    @Test
    void copy_addsEachBatchOnce() throws IOException {
        PublishedBatches batches =
                new PublishedBatches(spark, delta(), checkpoint().toString());
        assertThat(batches.copy()).isZero();
        world.run(40, NONE);
        long first = batches.copy();
        assertThat(batches.copy()).isZero();
        world.run(20, NONE);
        long second = batches.copy();

        assertThat(first).isPositive();
        assertThat(second).isPositive();
        assertThat(HistoryTable.PUBLISHED_BATCHES.read(spark, delta()).count()).isEqualTo(first + second);
        deleteOffsets(Long.MAX_VALUE);
        assertThat(batches.load().size()).isEqualTo(Math.toIntExact(first + second));
    }

    private static void forgetTailsOfGroups(ObjectNode event) {
        event.get("groups").forEach(group -> ((ObjectNode) group).remove("tail"));
    }

    private ParityResult parity() {
        return new Parity(
                        spark,
                        new Parity.Input(
                                ENGINE,
                                delta(),
                                checkpoint().toString(),
                                Instant.EPOCH,
                                Instant.parse("2100-01-01T00:00:00Z"),
                                2))
                .run();
    }

    private void deleteOffsets(long below) throws IOException {
        try (var files = Files.list(checkpoint().resolve("offsets"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".") && Long.parseLong(name) < below) {
                    Files.delete(file);
                }
            }
        }
    }

    private String delta() {
        return directory.resolve("delta").toString();
    }

    private Path checkpoint() {
        return directory.resolve("checkpoints/publisher");
    }
}
