package io.tollgate.pipeline.train;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.csv.CsvEvents;
import io.tollgate.features.csv.CsvMapping;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.model.artifact.ModelArtifactWriter;
import io.tollgate.model.artifact.ModelMetadata;
import io.tollgate.model.artifact.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Reads a file of past payments, trains on it and writes the model.
 *
 * <p>First it measures: it trains on what was known when the last fifth of the payments began and scores that fifth, as
 * a model in service would have. Then it trains again on everything, with the same settings, and that model is written.
 */
public final class TrainingRun {
    /** Share of the payments, the latest, that the measurement is made on. */
    private static final double TEST_SHARE = 0.2;

    /** With fewer frauds than this a model learns them by heart. */
    private static final int MIN_FRAUDS = 20;

    private final FeatureEngine engine;
    private final Trees trees;
    private final Clock clock;
    private final Consumer<String> progress;

    /**
     * @param progress hears a line for each step
     */
    public TrainingRun(FeatureEngine engine, TrainingSettings settings, Clock clock, Consumer<String> progress) {
        this.engine = engine;
        this.trees = new Trees(settings.rounds(), settings.depth(), settings.seed());
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * @param out directory of the model; must not exist yet
     * @param labelCutoff outcomes that became known later are not used
     * @throws TrainingException when there is too little to learn from
     * @throws io.tollgate.features.csv.CsvException when the file cannot be read
     */
    public ModelMetadata train(
            Path transactions, CsvMapping mapping, Instant labelCutoff, ModelVersion version, Path out)
            throws IOException {
        if (Files.exists(out)) {
            throw new TrainingException(out + " exists already; a model is immutable, name a new directory");
        }
        if (!mapping.hasOutcome()) {
            throw new TrainingException("the mapping says nothing of outcomes, so there is nothing to learn from; add"
                    + " an 'outcome' entry");
        }
        TrainingSet set = vectors(transactions, mapping, labelCutoff);
        Map<String, Double> metrics = measure(set);
        progress.accept("training on all " + set.rows() + " labelled payments");
        Booster booster = trees.train(set);
        ModelMetadata metadata = new ModelMetadata(
                version, engine.featureSet().id(), engine.featureSet().hashText(), labelCutoff, metrics);
        Path parent = out.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        new ModelArtifactWriter(clock).write(out, json(booster), names(), metadata, set.row(0));
        progress.accept("model " + version.name() + "/" + version.version() + " written to " + out);
        return metadata;
    }

    private TrainingSet vectors(Path transactions, CsvMapping mapping, Instant labelCutoff) {
        HistoryVectors history = new HistoryVectors(engine, labelCutoff);
        TrainingSet set;
        try (CsvEvents rows = CsvEvents.open(transactions, mapping)) {
            set = history.read(rows);
        }
        progress.accept(String.format(
                Locale.ROOT,
                "%,d labelled payments, %,d of them fraudulent; %,d not labelled yet, %,d rows rejected",
                set.rows(),
                set.frauds(),
                history.unlabelled(),
                history.rejected()));
        if (set.frauds() < MIN_FRAUDS || set.frauds() == set.rows()) {
            throw new TrainingException(transactions + " has " + set.frauds() + " known frauds among " + set.rows()
                    + " labelled payments; at least " + MIN_FRAUDS + " and some genuine payments are needed");
        }
        return set;
    }

    private Map<String, Double> measure(TrainingSet set) {
        Instant split = set.splitLeaving(TEST_SHARE);
        TrainingSet past = set.knownBy(split);
        TrainingSet future = set.from(split);
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("rows", (double) set.rows());
        metrics.put("frauds", (double) set.frauds());
        if (past.frauds() == 0 || future.frauds() == 0 || future.frauds() == future.rows()) {
            progress.accept("too short a history to measure the model on its last fifth");
            return metrics;
        }
        RankingMetrics measured = Trees.evaluate(trees.train(past), future);
        metrics.put("test_auc_roc", measured.aucRoc());
        metrics.put("test_average_precision", measured.averagePrecision());
        progress.accept(String.format(
                Locale.ROOT,
                "measured on the last fifth: AUC ROC %.4f, average precision %.4f",
                measured.aucRoc(),
                measured.averagePrecision()));
        return metrics;
    }

    private List<String> names() {
        return engine.featureSet().features().stream().map(FeatureSpec::name).toList();
    }

    private static byte[] json(Booster booster) {
        try {
            return booster.toByteArray("json");
        } catch (XGBoostError e) {
            throw new TrainingException("XGBoost cannot write its model: " + e.getMessage(), e);
        }
    }
}
