package io.tollgate.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.local.process.ChildProcess;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.PlainLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long after an event was due in the hub Redis answers with it, and what that costs in CPU: the pipeline's {@code
 * stream} command with either engine, and beside it a plain loop as the limit, each a process of its own, one after the
 * other over the same Redis and Kafka. Events come at a constant rate whatever the process does (open loop); some of them
 * are the first of their card, and for its key Redis is asked until it is there.
 *
 * <p>It stands here because the design keeps Spark out of {@code load-tests}; {@code ./tollgate bench freshness} runs it.
 */
final class FreshnessBenchmark {
    private static final int[] RATES = {200, 2_000};
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final int DRAIN_SECONDS = 30;
    private static final int WARM_UP_SECONDS = Integer.getInteger("tollgate.bench.warm-up", 60);

    /** After a change of rate, before it is measured. */
    private static final Duration SETTLING = Duration.ofSeconds(15);

    private final BackendsProcess backends;
    private final Path directory;
    private final Duration window;

    private enum Contender {
        /** It compiles for a minute. */
        STREAM("`stream`", WARM_UP_SECONDS, "stream"),
        REAL_TIME("`stream --engine real-time`", WARM_UP_SECONDS, "stream --engine real-time"),
        PLAIN("plain loop", 15, "");

        private final String label;
        private final int warmUpSeconds;
        private final String command;

        /** @param command of the pipeline; empty for the loop */
        Contender(String label, int warmUpSeconds, String command) {
            this.label = label;
            this.warmUpSeconds = warmUpSeconds;
            this.command = command;
        }
    }

    private record Result(
            Contender contender, int rate, double p50, double p99, int lost, double cpuMicros, double eventsPerBatch) {}

    private FreshnessBenchmark(BackendsProcess backends, Path directory) {
        this.backends = backends;
        this.directory = directory;
        this.window = Duration.ofSeconds(Integer.getInteger("tollgate.bench.window", 30));
    }

    public static void main(String[] arguments) throws Exception {
        int[] rates = RATES;
        try {
            if (arguments.length > 0) {
                rates = Stream.of(arguments).mapToInt(Integer::parseInt).toArray();
            }
        } catch (NumberFormatException e) {
            System.err.println("Usage: ./tollgate bench freshness [RATE ...]   RATE: events per second, as in 200");
            System.exit(2);
        }
        Path directory = Files.createTempDirectory("tollgate-bench-");
        try (BackendsProcess backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA))) {
            FreshnessBenchmark benchmark = new FreshnessBenchmark(backends, directory);
            List<Result> results = new ArrayList<>();
            for (Contender contender : contenders()) {
                results.addAll(benchmark.measure(contender, rates));
            }
            print(results);
        } finally {
            delete(directory);
        }
    }

    /** All of them, or those named by {@code -Dtollgate.bench.contenders=real_time,plain}. */
    private static List<Contender> contenders() {
        String named = System.getProperty("tollgate.bench.contenders", "");
        return named.isEmpty()
                ? List.of(Contender.values())
                : Stream.of(named.split(","))
                        .map(name -> Contender.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList();
    }

    private List<Result> measure(Contender contender, int[] rates) throws IOException, InterruptedException {
        // Ids are hashed with the secret: two contenders share no key.
        EngineSource engine = new EngineSource("fraud-v3", "a secret of the benchmark for " + contender);
        List<Result> results = new ArrayList<>();
        try (ChildProcess process = start(contender, engine);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka(), "linger.ms", 0),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            SteadyLoad load = new SteadyLoad(engine.engine(), producer);
            awaitFirst(contender, load, process);
            System.err.printf("%s: %d s of warm-up%n", contender.label, contender.warmUpSeconds);
            load.run(rates[0], Duration.ofSeconds(contender.warmUpSeconds), null);
            for (int rate : rates) {
                load.run(rate, SETTLING, null);
                results.add(measure(contender, rate, load, process));
            }
        }
        return results;
    }

    private Result measure(Contender contender, int rate, SteadyLoad load, ChildProcess process)
            throws IOException, InterruptedException {
        long batches = batches(contender);
        Duration cpu = cpu(process);
        try (FreshnessProbe probe = new FreshnessProbe(backends.settings().redisUri())) {
            load.run(rate, window, probe);
            double cpuMicros = cpu(process).minus(cpu).toNanos() / 1e3 / (rate * window.toSeconds());
            double perBatch = (double) rate * window.toSeconds() / Math.max(1, batches(contender) - batches);
            int lost = probe.drain(DRAIN_SECONDS);
            double[] delays = probe.delaysMs();
            Result result = new Result(
                    contender,
                    rate,
                    percentile(delays, 0.5),
                    percentile(delays, 0.99),
                    lost,
                    cpuMicros,
                    contender == Contender.STREAM ? perBatch : Double.NaN);
            System.err.println(result);
            return result;
        }
    }

    private ChildProcess start(Contender contender, EngineSource engine) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx1g"));
        command.addAll(words("tollgate.bench.jvm"));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                contender.command.isEmpty() ? PlainLoop.class.getName() : Pipeline.class.getName()));
        if (!contender.command.isEmpty()) {
            command.addAll(List.of(contender.command.split(" ", -1)));
            command.addAll(List.of("--data-dir", directory.toString()));
            command.addAll(words("tollgate.bench.options"));
        }
        return ChildProcess.named(contender.name().toLowerCase(Locale.ROOT))
                .command(command)
                .environment(Map.of(
                        "TOLLGATE_REDIS_URI", backends.settings().redisUri(),
                        "TOLLGATE_KAFKA_BOOTSTRAP", kafka(),
                        "TOLLGATE_KEY_SECRET", engine.keySecret(),
                        "TOLLGATE_FEATURE_SET", engine.featureSet()))
                .log(log(contender))
                .start();
    }

    private static List<String> words(String property) {
        return Stream.of(System.getProperty(property, "").split(" ", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private Path log(Contender contender) {
        return directory.resolve(contender.name().toLowerCase(Locale.ROOT) + ".log");
    }

    private void awaitFirst(Contender contender, SteadyLoad load, ChildProcess process)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try (FreshnessProbe probe = new FreshnessProbe(backends.settings().redisUri())) {
                load.run(1, Duration.ofSeconds(1), probe);
                if (probe.drain(1) == 0) {
                    return;
                }
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(
                        "The " + contender.label + " did not start:\n" + Files.readString(log(contender)));
            }
        }
    }

    /** Of the publisher so far; 0 where there are none. */
    private long batches(Contender contender) throws IOException {
        if (contender != Contender.STREAM) {
            return 0;
        }
        JsonNode status = new ObjectMapper().readTree(Files.readAllBytes(directory.resolve("pipeline-status.json")));
        return status.at("/publisher/batches").asLong();
    }

    private static Duration cpu(ChildProcess process) {
        return ProcessHandle.of(process.pid())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow(() -> new IllegalStateException("the process has ended"));
    }

    private String kafka() {
        return Objects.requireNonNull(backends.settings().kafkaProperties().get("bootstrap.servers"));
    }

    private static double percentile(double[] ascending, double share) {
        return ascending.length == 0
                ? Double.NaN
                : ascending[Math.max(0, (int) Math.ceil(share * ascending.length) - 1)];
    }

    private static void print(List<Result> results) {
        System.out.println(
                "| events/s | | p50 | p99 | of the loop's p50 | CPU per event | of the loop's | events per batch |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (Result result : results) {
            Optional<Result> limit = results.stream()
                    .filter(other -> other.contender == Contender.PLAIN && other.rate == result.rate)
                    .findFirst();
            System.out.printf(
                    Locale.ROOT,
                    "| %,d | %s | %.1f ms | %.1f ms | %s | %.0f µs | %s | %s |%s%n",
                    result.rate,
                    result.contender.label,
                    result.p50,
                    result.p99,
                    limit.map(loop -> "%.1f".formatted(result.p50 / loop.p50)).orElse("–"),
                    result.cpuMicros,
                    limit.map(loop -> "%.1f".formatted(result.cpuMicros / loop.cpuMicros))
                            .orElse("–"),
                    Double.isNaN(result.eventsPerBatch) ? "" : "%.0f".formatted(result.eventsPerBatch),
                    result.lost == 0 ? "" : " " + result.lost + " probes never came");
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
