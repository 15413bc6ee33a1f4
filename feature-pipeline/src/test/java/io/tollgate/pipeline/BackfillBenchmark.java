package io.tollgate.pipeline;

import com.sun.management.OperatingSystemMXBean;
import io.tollgate.pipeline.batch.Backfill;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.spark.SparkSessions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * The handbook's fourteen features of its whole file, by the backfill and by Spark SQL's window functions, in one JVM and
 * session, turn by turn; each reads the file and writes CSV. Prints medians of payments per second of CPU.
 *
 * <p>It stands here because the design keeps Spark out of {@code load-tests}; {@code ./tollgate bench backfill} runs it.
 */
final class BackfillBenchmark {
    private static final int PARTITIONS = 8;
    private static final int[] DAYS = {1, 7, 30};

    private final SparkSession spark;
    private final Path transactions;
    private final Path directory;

    private record Run(double seconds, double cpuSeconds) {}

    @FunctionalInterface
    private interface Job {
        void run() throws IOException;
    }

    private BackfillBenchmark(SparkSession spark, Path transactions, Path directory) {
        this.spark = spark;
        this.transactions = transactions;
        this.directory = directory;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0 || !Files.isRegularFile(Path.of(arguments[0]))) {
            System.err.println("Usage: ./tollgate bench backfill FILE [ROUNDS]   FILE: handbook_transactions.csv.gz");
            System.exit(2);
        }
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path directory = Files.createTempDirectory("tollgate-bench-");
        int slots = Runtime.getRuntime().availableProcessors();
        try (SparkSession spark = SparkSessions.batch("tollgate-bench", new SparkSessions.Size(slots, PARTITIONS))) {
            new BackfillBenchmark(spark, Path.of(arguments[0]).toAbsolutePath(), directory).compare(rounds);
        } finally {
            delete(directory);
        }
    }

    private void compare(int rounds) throws IOException {
        Run[] backfill = new Run[rounds];
        Run[] sql = new Run[rounds];
        for (int round = 0; round < rounds; round++) {
            backfill[round] = timed(this::backfill);
            sql[round] = timed(this::sql);
            System.err.printf(
                    Locale.ROOT,
                    "round %d: backfill %.1f s, %.1f s of CPU; Spark SQL %.1f s, %.1f s of CPU%n",
                    round + 1,
                    backfill[round].seconds(),
                    backfill[round].cpuSeconds(),
                    sql[round].seconds(),
                    sql[round].cpuSeconds());
        }
        long rows = spark.read()
                .option("header", true)
                .csv(directory.resolve("sql").toString())
                .count();
        System.out.println("| | payments per second of CPU | CPU median | wall median |");
        System.out.println("|---|---|---|---|");
        print("backfill", rows, backfill);
        print("Spark SQL windows", rows, sql);
        System.out.printf(
                Locale.ROOT,
                "%nratio of CPU, Spark SQL to backfill: %.2f%n",
                median(sql, true) / median(backfill, true));
    }

    private static void print(String what, long rows, Run[] runs) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %.1f s | %.1f s |%n",
                what,
                rows / median(runs, true),
                median(runs, true),
                median(runs, false));
    }

    private static double median(Run[] runs, boolean cpu) {
        double[] sorted = Arrays.stream(runs)
                .mapToDouble(run -> cpu ? run.cpuSeconds() : run.seconds())
                .sorted()
                .toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private void backfill() throws IOException {
        EngineSource engine = new EngineSource("handbook-v1", "a secret only for benchmarks");
        new Backfill(spark, new Backfill.Input(engine, transactions, "handbook", null, null, PARTITIONS))
                .writeCsv(directory.resolve("backfill"));
    }

    private void sql() {
        spark.read()
                .option("header", true)
                .schema("TRANSACTION_ID BIGINT, TX_DATETIME TIMESTAMP, CUSTOMER_ID INT, TERMINAL_ID INT,"
                        + " TX_AMOUNT DOUBLE, TX_FRAUD INT, TX_FRAUD_SCENARIO INT")
                .csv(transactions.toString())
                .selectExpr("*", "unix_timestamp(TX_DATETIME) AS second")
                .createOrReplaceTempView("transactions");
        String query = "SELECT TRANSACTION_ID, int(dayofweek(TX_DATETIME) IN (1, 7)) AS TX_DURING_WEEKEND,"
                + " int(hour(TX_DATETIME) <= 6) AS TX_DURING_NIGHT"
                + columns("CUSTOMER_ID_NB_TX_%dDAY_WINDOW", "count(*)", "c")
                + columns("CUSTOMER_ID_AVG_AMOUNT_%dDAY_WINDOW", "avg(TX_AMOUNT)", "c")
                + columns("TERMINAL_ID_NB_TX_%dDAY_WINDOW", "count(*)", "t")
                + columns("TERMINAL_ID_RISK_%dDAY_WINDOW", "avg(TX_FRAUD)", "t")
                + " FROM transactions WINDOW "
                + IntStream.of(DAYS).mapToObj(BackfillBenchmark::windows).collect(Collectors.joining(", "));
        spark.sql(query)
                .write()
                .mode("overwrite")
                .option("header", true)
                .csv(directory.resolve("sql").toString());
    }

    private static String columns(String name, String aggregate, String window) {
        return IntStream.of(DAYS)
                .mapToObj(days -> ", coalesce(" + aggregate + " OVER " + window + days + ", 0) AS "
                        + name.replace("%d", Integer.toString(days)))
                .collect(Collectors.joining());
    }

    /** A customer's up to now; a terminal's up to seven days ago, when the truth about them was known. */
    private static String windows(int days) {
        long seconds = days * 86_400L;
        long delay = 7 * 86_400L;
        String range = " ORDER BY second RANGE BETWEEN ";
        return "c" + days + " AS (PARTITION BY CUSTOMER_ID" + range + (seconds - 1) + " PRECEDING AND CURRENT ROW), t"
                + days + " AS (PARTITION BY TERMINAL_ID" + range + (seconds + delay - 1) + " PRECEDING AND " + delay
                + " PRECEDING)";
    }

    private static Run timed(Job job) throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long wall = System.nanoTime();
        job.run();
        return new Run((System.nanoTime() - wall) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
