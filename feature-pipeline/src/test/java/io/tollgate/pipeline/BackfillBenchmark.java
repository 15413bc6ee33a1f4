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
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Features of past payments by the backfill and by Spark SQL's window functions, in one JVM and session, turn by turn; each
 * reads the same file and writes CSV. Prints medians of payments per second of CPU, for two histories: the handbook's whole
 * file, with its fourteen features, and a generated one whose shops have sixty payments a day; and what each costs
 * without any window, which is reading and writing.
 *
 * <p>It stands here because the design keeps Spark out of {@code load-tests}; {@code ./tollgate bench backfill} runs it.
 */
final class BackfillBenchmark {
    private static final int PARTITIONS = 8;

    private final SparkSession spark;
    private final Path directory;

    private record Run(double seconds, double cpuSeconds) {}

    /**
     * @param featureSet name or file
     * @param query for the same over the view {@code transactions}
     */
    private record Workload(String title, Path transactions, String featureSet, String query) {}

    @FunctionalInterface
    private interface Job {
        void run() throws IOException;
    }

    private BackfillBenchmark(SparkSession spark, Path directory) {
        this.spark = spark;
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
            BackfillBenchmark benchmark = new BackfillBenchmark(spark, directory);
            System.out.println(
                    "| history | by | payments per second of CPU | CPU median | wall median | ratio of CPU |");
            System.out.println("|---|---|---|---|---|---|");
            Path handbook = Path.of(arguments[0]).toAbsolutePath();
            benchmark.compare(new Workload("handbook", handbook, "handbook-v1", BackfillQueries.handbook()), rounds);
            Path noWindow = BackfillQueries.writeSetWithoutWindows(directory);
            benchmark.compare(
                    new Workload(
                            "handbook, no window", handbook, noWindow.toString(), BackfillQueries.withoutWindows()),
                    rounds);
            Path busy = BackfillQueries.writeBusyShops(directory);
            Path busySet = BackfillQueries.writeBusySet(directory);
            benchmark.compare(
                    new Workload("busy shops", busy, busySet.toString(), BackfillQueries.busyShops()), rounds);
        } finally {
            delete(directory);
        }
    }

    private void compare(Workload workload, int rounds) throws IOException {
        Run[] backfill = new Run[rounds];
        Run[] sql = new Run[rounds];
        for (int round = 0; round < rounds; round++) {
            backfill[round] = timed(() -> backfill(workload));
            sql[round] = timed(() -> sql(workload));
            System.err.printf(
                    Locale.ROOT,
                    "%s, round %d: backfill %.1f s, %.1f s of CPU; Spark SQL %.1f s, %.1f s of CPU%n",
                    workload.title(),
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
        print(workload.title() + " | backfill", rows, backfill, median(sql, true) / median(backfill, true));
        print(workload.title() + " | Spark SQL windows", rows, sql, 1);
    }

    private static void print(String what, long rows, Run[] runs, double ratio) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %.1f s | %.1f s | %.2f |%n",
                what,
                rows / median(runs, true),
                median(runs, true),
                median(runs, false),
                ratio);
    }

    private static double median(Run[] runs, boolean cpu) {
        double[] sorted = Arrays.stream(runs)
                .mapToDouble(run -> cpu ? run.cpuSeconds() : run.seconds())
                .sorted()
                .toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private void backfill(Workload workload) throws IOException {
        EngineSource engine = new EngineSource(workload.featureSet(), "a secret only for benchmarks");
        new Backfill(spark, new Backfill.Input(engine, workload.transactions(), "handbook", null, null, PARTITIONS))
                .writeCsv(directory.resolve("backfill"));
    }

    private void sql(Workload workload) {
        spark.read()
                .option("header", true)
                .schema("TRANSACTION_ID BIGINT, TX_DATETIME TIMESTAMP, CUSTOMER_ID INT, TERMINAL_ID INT,"
                        + " TX_AMOUNT DOUBLE, TX_FRAUD INT, TX_FRAUD_SCENARIO INT")
                .csv(workload.transactions().toString())
                .selectExpr("*", "unix_timestamp(TX_DATETIME) AS second")
                .createOrReplaceTempView("transactions");
        spark.sql(workload.query())
                .write()
                .mode("overwrite")
                .option("header", true)
                .csv(directory.resolve("sql").toString());
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
