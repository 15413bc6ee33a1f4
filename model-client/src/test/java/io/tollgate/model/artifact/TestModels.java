package io.tollgate.model.artifact;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Small models trained by XGBoost itself on seeded random rows, of which one value in ten is missing. */
public final class TestModels {
    public static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private TestModels() {}

    /** A trained booster, and rows of the same distribution to try it on. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Trained(Booster booster, double[] rows, int features, int count) {

        /** The rows as XGBoost takes them. */
        public DMatrix matrix() throws XGBoostError {
            return matrix(count);
        }

        /** The first rows as XGBoost takes them. */
        public DMatrix matrix(int first) throws XGBoostError {
            return TestModels.matrix(Arrays.copyOf(rows, first * features), first, features);
        }

        public byte[] json() throws XGBoostError {
            return booster.toByteArray("json");
        }

        public byte[] ubjson() throws XGBoostError {
            return booster.toByteArray("ubj");
        }
    }

    public static Trained train(int features, int depth, int trees, long seed) throws XGBoostError {
        return train(features, trees, seed, Map.of("max_depth", depth));
    }

    public static Trained train(int features, int trees, long seed, Map<String, Object> parameters)
            throws XGBoostError {
        int count = 2_000;
        Random random = new Random(seed);
        double[] rows = rows(random, count, features);
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            double signal = 0;
            for (int f = 0; f < Math.min(features, 6); f++) {
                double value = rows[i * features + f];
                signal += Double.isNaN(value) ? 0.3 : value * (f % 2 == 0 ? 1 : -0.7);
            }
            labels[i] = signal + random.nextGaussian() > 0.8 ? 1 : 0;
        }
        DMatrix data = matrix(rows, count, features);
        data.setLabel(labels);
        Map<String, Object> all = new HashMap<>(
                Map.of("objective", "binary:logistic", "eta", 0.3, "nthread", 1, "seed", 1, "min_child_weight", 0.1));
        all.putAll(parameters);
        Booster booster = XGBoost.train(data, all, trees, Map.of(), null, null);
        return new Trained(booster, rows, features, count);
    }

    /** Writes a model whose features are called {@code f0}, {@code f1} and so on, and returns it as read back. */
    public static ModelArtifact write(Path directory, Trained trained) {
        try {
            new ModelArtifactWriter(Clock.fixed(NOW, ZoneOffset.UTC))
                    .write(
                            directory,
                            trained.json(),
                            names(trained.features()),
                            metadata(),
                            Arrays.copyOf(trained.rows(), trained.features()));
        } catch (XGBoostError e) {
            throw new IllegalStateException(e);
        }
        return ModelArtifact.read(directory);
    }

    public static List<String> names(int features) {
        return IntStream.range(0, features).mapToObj(i -> "f" + i).toList();
    }

    public static ModelMetadata metadata() {
        return new ModelMetadata(
                new ModelVersion("fraud", "7"),
                "fraud-v3",
                "9f2b",
                Instant.parse("2026-11-01T00:00:00Z"),
                Map.of("auc", 0.93));
    }

    static double[] rows(Random random, int count, int features) {
        double[] rows = new double[count * features];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.nextInt(10) == 0 ? Double.NaN : random.nextGaussian();
        }
        return rows;
    }

    static DMatrix matrix(double[] rows, int count, int features) throws XGBoostError {
        float[] floats = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            floats[i] = (float) rows[i];
        }
        return new DMatrix(floats, count, features, Float.NaN);
    }
}
