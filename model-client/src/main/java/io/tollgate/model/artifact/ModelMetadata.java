package io.tollgate.model.artifact;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a model must say about itself before a decision may rest on it.
 *
 * @param version the model's name and version
 * @param featureSet the feature set whose vectors the model was trained on, such as {@code fraud-v3}
 * @param featureSetHash the hash of that feature set's definition; a vector of another hash must not be served
 * @param labelCutoff outcomes known at this instant were used as labels, later ones were not
 * @param metrics what the evaluation measured, by name; finite values, sorted by name
 */
public record ModelMetadata(
        ModelVersion version,
        String featureSet,
        String featureSetHash,
        Instant labelCutoff,
        Map<String, Double> metrics) {

    // Enough for every metric per slice that an evaluation reports; a file with more is not one of ours.
    static final int MAX_METRICS = 1_000;

    public ModelMetadata {
        if (featureSet.isBlank()) {
            throw new IllegalArgumentException("feature set of model " + version + " is blank");
        }
        if (featureSetHash.isBlank()) {
            throw new IllegalArgumentException("feature-set hash of model " + version + " is blank");
        }
        if (metrics.size() > MAX_METRICS) {
            throw new IllegalArgumentException(
                    "model " + version + " has " + metrics.size() + " metrics, more than " + MAX_METRICS);
        }
        metrics.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("metric " + name + " of model " + version + " is " + value);
            }
        });
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    }
}
