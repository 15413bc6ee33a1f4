package io.tollgate.model.artifact;

import java.nio.file.Path;
import java.util.List;

/**
 * A model read from its directory: what it says about itself and how to evaluate it. Immutable and thread-safe.
 */
public final class ModelArtifact {
    private final Path directory;
    private final ModelMetadata metadata;
    private final List<String> features;
    private final XgboostModel booster;
    private final TreeEnsemble ensemble;

    ModelArtifact(Path directory, ModelMetadata metadata, List<String> features, XgboostModel booster) {
        this.directory = directory;
        this.metadata = metadata;
        this.features = List.copyOf(features);
        this.booster = booster;
        this.ensemble = TreeEnsemble.of(booster);
    }

    /**
     * Reads an MLflow model directory of the XGBoost flavour.
     *
     * <p>Blocks, and takes tens of milliseconds for a model of 200 trees.
     *
     * @throws ModelArtifactException if a file is absent, too large, malformed, contradicts another or asks for
     *     something that the evaluator does not implement
     */
    public static ModelArtifact read(Path directory) {
        return new ModelArtifactReader(directory).read();
    }

    /** Where it was read from. */
    public Path directory() {
        return directory;
    }

    public ModelMetadata metadata() {
        return metadata;
    }

    public ModelVersion version() {
        return metadata.version();
    }

    /** The names of the model's inputs, in the order of the vectors that it takes. */
    public List<String> features() {
        return features;
    }

    /** The evaluator. */
    public TreeEnsemble ensemble() {
        return ensemble;
    }

    /** Builds the explainer anew: about a second of work for 200 trees of depth six. Keep what it returns. */
    public TreeContributions buildContributions() {
        return TreeContributions.of(booster);
    }

    @Override
    public String toString() {
        return version() + " on " + metadata.featureSet() + " from " + directory;
    }
}
