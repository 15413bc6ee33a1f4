package io.tollgate.bench;

import io.tollgate.bench.CpuClock.Cost;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.VectorReader;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.policy.CompiledPolicy;
import io.tollgate.features.policy.Policies;
import io.tollgate.features.policy.PolicyInput;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.model.artifact.ModelArtifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/**
 * What one authorization costs outside its three waits: keys, decoding and evaluating the whole fraud-v3 vector, policy,
 * the model in process; and what an entity takes in Redis. Prints Markdown.
 */
public final class FeatureBenchmark {
    /** Payments that the operations take in turn: more than the processor can learn by heart. */
    private static final int PAYMENTS = 256;

    private final FeatureSet set = FeatureSets.fraudV3();
    private final FeatureEngine engine = FeatureEngine.compile(set, IdHasher.of("a secret only for benchmarks"));
    private final World world = World.sixtyDays(engine);
    private final Authorization[] payments = new Authorization[PAYMENTS];
    private final byte[][][] values = new byte[PAYMENTS][][];

    private FeatureBenchmark() {
        for (int i = 0; i < PAYMENTS; i++) {
            payments[i] = world.payment(World.END.plusMillis(i));
            values[i] = world.read(payments[i]);
        }
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length > 0) {
            System.out.println(
                    "Usage: ./tollgate bench features\n\n"
                            + "Measures keys, vector, policy and model in CPU time, and bytes in a Redis of its own; a minute.");
            System.exit(arguments[0].equals("--help") ? 0 : 2);
        }
        FeatureBenchmark benchmark = new FeatureBenchmark();
        benchmark.hotPath();
        benchmark.footprint();
    }

    private void hotPath() throws IOException {
        System.out.println("| operation | CPU median | lowest round | target | of target |");
        System.out.println("|---|---|---|---|---|");
        Path directory = Files.createTempDirectory("tollgate-bench-");
        try {
            FeatureVector[] vectors = vectors();
            print("keys of a payment", i -> engine.keys(payments[i % PAYMENTS]).length, 0);
            VectorReader reader = engine.reader();
            print(
                    "decode and evaluate the vector (" + set.features().size() + " features)",
                    i -> reader.read(payments[i % PAYMENTS], values[i % PAYMENTS], false)
                            .values()[0],
                    10);
            CompiledPolicy policy = Policies.find(Policies.DEFAULT, set);
            PolicyInput[] inputs = new PolicyInput[PAYMENTS];
            for (int i = 0; i < PAYMENTS; i++) {
                double amount = engine.baseAmount(payments[i]);
                inputs[i] = new PolicyInput(payments[i], amount, vectors[i], (i % 100) / 100.0, Set.of());
            }
            print("policy", i -> policy.decide(inputs[i % PAYMENTS]).reasons().size(), 5);
            ModelArtifact model = SyntheticModel.write(
                    directory.resolve("model"),
                    set.features().stream().map(FeatureSpec::name).toList(),
                    set.id(),
                    set.hashText());
            print(
                    "model in process (" + SyntheticModel.TREES + " trees of depth " + SyntheticModel.DEPTH + ")",
                    i -> model.ensemble().probability(vectors[i % PAYMENTS].values(), 0),
                    8);
        } finally {
            delete(directory);
        }
    }

    private FeatureVector[] vectors() {
        VectorReader reader = engine.reader();
        FeatureVector[] vectors = new FeatureVector[PAYMENTS];
        for (int i = 0; i < PAYMENTS; i++) {
            vectors[i] = reader.read(payments[i], values[i], false);
        }
        return vectors;
    }

    private void footprint() throws IOException {
        System.out.println();
        System.out.println("| entity | entities | state | blobs | Redis, blobs | hash, names and text | of a hash"
                + " | hash as Feast's | sorted set of payments |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (RedisFootprint.Row row : new RedisFootprint(engine, world).measure()) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %.0f B | %.0f B | %.0f B | %.0f B | %.2f | %.0f B | %.0f B |%n",
                    row.entity(),
                    row.entities(),
                    row.stateBytes(),
                    row.blobBytes(),
                    row.redisBytes(),
                    row.hashBytes(),
                    row.redisBytes() / row.hashBytes(),
                    row.feastBytes(),
                    row.paymentsBytes());
        }
    }

    /**
     * @param targetMicros 0 for none
     */
    private static void print(String what, IntToDoubleFunction operation, double targetMicros) {
        Cost cost = CpuClock.measure(operation);
        double micros = cost.median() / 1_000;
        System.out.printf(
                Locale.ROOT,
                "| %s | %.2f µs | %.2f µs | %s | %s |%n",
                what,
                micros,
                cost.lowest() / 1_000,
                targetMicros == 0 ? "" : String.format(Locale.ROOT, "≤ %.0f µs", targetMicros),
                targetMicros == 0 ? "" : String.format(Locale.ROOT, "%.2f", micros / targetMicros));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
