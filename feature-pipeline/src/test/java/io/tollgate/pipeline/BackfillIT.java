package io.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EventOrder;
import io.tollgate.features.Published;
import io.tollgate.features.csv.CsvEvents;
import io.tollgate.features.csv.CsvMapping;
import io.tollgate.features.csv.CsvReferences;
import io.tollgate.features.csv.CsvRow;
import io.tollgate.features.csv.ReferenceMapping;
import io.tollgate.features.csv.ReferenceRow;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.batch.Backfill;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.RedisTarget;
import io.tollgate.pipeline.spark.SparkSessions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;

/** A backfill of a seeded file by Spark, against one loop over its events; its states in a real Redis. */
@Timeout(180)
class BackfillIT {
    private static final EngineSource ENGINE = new EngineSource("sparkov-v1", "secret of the integration tests");
    private static final int ROWS = 3_000;
    private static final int CARDS = 90;

    /** Offset of the state in a blob: before it stand what differs between two writers. */
    private static final int STATE = 19;

    private static final int CHECKSUM = 4;

    @TempDir
    private static Path directory;

    private static BackendsProcess backends;
    private static SparkSession spark;
    private static Path transactions;
    private static Path cards;

    @BeforeAll
    static void start() throws IOException {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS));
        spark = SparkSessions.batch("backfill-it", new SparkSessions.Size(2, 4));
        Random random = new Random(11);
        StringBuilder text = new StringBuilder(
                "row_id,unix_time,card_id,merchant_id,category,amt_cents,merch_lat,merch_long,is_fraud\n");
        long second = 1_546_300_800;
        for (int row = 0; row < ROWS; row++) {
            second += random.nextInt(400); // equal seconds, too
            text.append(row).append(',').append(second);
            text.append(',').append(random.nextInt(CARDS)).append(',').append(random.nextInt(20));
            text.append(random.nextBoolean() ? ",travel," : ",misc_net,").append(1 + random.nextInt(90_000));
            text.append(',').append(random.nextInt(90)).append(".25,").append(random.nextInt(90));
            text.append(".5,").append(random.nextInt(10) == 0 ? 1 : 0).append('\n');
        }
        text.append(ROWS).append(",").append(second).append(",1,1,travel,0x10,1.0,1.0,0\n"); // no amount
        transactions = directory.resolve("transactions.csv");
        Files.writeString(transactions, text);
        StringBuilder homes = new StringBuilder("card_id,lat,long\n");
        for (int card = 0; card < CARDS - 10; card++) {
            homes.append(card)
                    .append(',')
                    .append(card % 80)
                    .append(".5,")
                    .append(card)
                    .append(".75\n");
        }
        homes.append("nowhere,91,0\n");
        cards = directory.resolve("cards.csv");
        Files.writeString(cards, homes);
    }

    @AfterAll
    static void stop() throws IOException {
        spark.close();
        backends.close();
    }

    private static Backfill backfill(boolean publish) {
        return backfill(publish, transactions);
    }

    private static Backfill backfill(boolean publish, Path file) {
        RedisTarget redis =
                publish ? RedisTarget.of(URI.create(backends.settings().redisUri()), false) : null;
        return new Backfill(
                spark,
                new Backfill.Input(ENGINE, file, "sparkov", new Backfill.References(cards, "sparkov-cards"), redis, 4));
    }

    /** Every payment's vector by one loop in the order of history, and the states that are left at its end. */
    private static Map<String, double[]> vectors(Replay replay) {
        List<FeatureEvent> events = new ArrayList<>();
        try (CsvReferences rows = CsvReferences.open(cards, ReferenceMapping.resolve("sparkov-cards"))) {
            rows.forEachRemaining(row -> {
                if (row instanceof ReferenceRow.Known known) {
                    events.add(known.reference());
                }
            });
        }
        try (CsvEvents rows = CsvEvents.open(transactions, CsvMapping.resolve("sparkov"))) {
            rows.forEachRemaining(row -> {
                if (row instanceof CsvRow.Payment payment) {
                    events.add(payment.decided());
                    events.add(payment.outcome());
                }
            });
        }
        events.sort(EventOrder.COMPARATOR);
        Map<String, double[]> vectors = new HashMap<>();
        for (FeatureEvent event : events) {
            if (event instanceof FeatureEvent.Decided payment) {
                vectors.put(payment.eventId(), replay.next(payment));
            } else {
                replay.fold(event);
            }
        }
        return vectors;
    }

    @Test
    void csv_holdsEveryRowOnceInOrder_withTheLoopsNumbers() throws IOException {
        Map<String, double[]> expected = vectors(new Replay(ENGINE.engine()));
        Backfill backfill = backfill(false);
        backfill.writeCsv(directory.resolve("csv"));

        try (var entries = Files.list(directory.resolve("csv"))) {
            assertThat(entries.map(entry -> entry.getFileName().toString())).containsExactly("features.csv");
        }
        List<String> lines = Files.readAllLines(directory.resolve("csv").resolve("features.csv"));
        assertThat(lines).hasSize(ROWS + 1);
        assertThat(lines.get(0)).startsWith("row_id,CARD_NB_TX_1H,").endsWith(",KM_FROM_HOME");
        for (int row = 0; row < ROWS; row++) {
            String[] fields = lines.get(row + 1).split(",");
            assertThat(fields[0]).isEqualTo("" + row);
            assertThat(Arrays.stream(fields)
                            .skip(1)
                            .mapToDouble(Double::parseDouble)
                            .toArray())
                    .as("row %d", row)
                    .isEqualTo(expected.get("tx-" + row));
        }
        Backfill.Counts counts = backfill.counts();
        assertThat(counts.read()).isEqualTo(ROWS + 1);
        assertThat(counts.rejected()).isEqualTo(1);
        assertThat(counts.references()).isEqualTo(CARDS - 10 + 1);
        assertThat(counts.referencesRejected()).isEqualTo(1);
        assertThat(backfill.rejections())
                .satisfiesExactly(
                        reference -> assertThat(reference).startsWith("reference data, line "),
                        payment -> assertThat(payment).startsWith("line " + (ROWS + 2) + ": amount.value "));
    }

    /** What one pass cannot do, Spark sorts: the same numbers, in the order of the file. */
    @Test
    void csv_holdsTheSameNumbersAndCounts_whenTheFileIsNotInOrder() throws IOException {
        Backfill inOrder = backfill(false);
        inOrder.writeCsv(directory.resolve("in-order"));
        List<String> rows = new ArrayList<>(Files.readAllLines(transactions));
        Collections.shuffle(rows.subList(1, rows.size()), new Random(12));
        Path shuffled = directory.resolve("shuffled.csv");
        Files.write(shuffled, rows);
        Backfill sorted = backfill(false, shuffled);
        sorted.writeCsv(directory.resolve("sorted"));

        List<String> expected = Files.readAllLines(directory.resolve("in-order").resolve("features.csv"));
        List<String> lines = Files.readAllLines(directory.resolve("sorted").resolve("features.csv"));
        assertThat(lines).hasSameSizeAs(expected).containsExactlyInAnyOrderElementsOf(expected);
        List<String> ids = rows.stream()
                .map(row -> row.substring(0, row.indexOf(',')))
                .filter(id -> !id.equals("" + ROWS)) // the one without an amount
                .toList();
        assertThat(lines.stream().map(line -> line.substring(0, line.indexOf(','))))
                .containsExactlyElementsOf(ids);
        assertThat(sorted.counts()).isEqualTo(inOrder.counts());
    }

    @Test
    void delta_holdsEveryPaymentOnce_withTheLoopsNumbers() {
        Map<String, double[]> expected = vectors(new Replay(ENGINE.engine()));
        backfill(false).writeDelta(directory.resolve("delta").toString(), 1_700_000_000);

        List<Row> rows = spark.read()
                .format("delta")
                .load(directory
                        .resolve("delta")
                        .resolve("fraud_feature_history")
                        .toString())
                .select("transaction_id", "vector")
                .collectAsList();
        assertThat(rows).hasSize(ROWS);
        Set<String> seen = new HashSet<>();
        for (Row row : rows) {
            assertThat(seen.add(row.getString(0))).isTrue();
            assertThat(row.<Double>getList(1).stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray())
                    .isEqualTo(expected.get(row.getString(0)));
        }
    }

    @Test
    void publish_leavesTheLoopsStatesInRedis_withTimesToLiveSpreadByTenPercent() throws IOException {
        Replay replay = new Replay(ENGINE.engine());
        vectors(replay);
        backfill(true).writeCsv(directory.resolve("published"));

        List<Double> spread = new ArrayList<>();
        try (JedisPooled redis = new JedisPooled(URI.create(backends.settings().redisUri()))) {
            for (EntityRef entity : replay.states().keySet()) {
                for (Published published : replay.states().get(entity).publish(entity.idHash(), 1, 1)) {
                    byte[] stored = redis.get(published.key());
                    assertThat(body(stored)).as("%s", entity).isEqualTo(body(published.blob()));
                    spread.add((double) redis.pttl(published.key())
                            / published.timeToLive().toMillis());
                }
            }
        }
        assertThat(spread).hasSizeGreaterThan(150).allMatch(share -> share > 0.899 && share <= 1.1);
        assertThat(spread).anyMatch(share -> share < 0.92).anyMatch(share -> share > 1.08);
        assertThat(spread.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
                .isBetween(0.98, 1.02);
    }

    private static byte[] body(byte[] blob) {
        return Arrays.copyOfRange(blob, STATE, blob.length - CHECKSUM);
    }
}
