package io.tollgate.pipeline.config;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import java.io.Serializable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where a task gets the compiled feature engine from: engines do not travel, their sources do, and each JVM compiles a
 * source once.
 *
 * @param featureSet built-in name or path of a file that every executor can read
 * @param keySecret at least 16 characters; keys entity ids
 */
public record EngineSource(String featureSet, String keySecret) implements Serializable {
    /** One per feature set that a process works with: one, or two while a new version is published beside the old. */
    private static final ConcurrentHashMap<EngineSource, FeatureEngine> COMPILED = new ConcurrentHashMap<>();

    /** The engine; compiled on first use. */
    public FeatureEngine engine() {
        return COMPILED.computeIfAbsent(
                this, source -> FeatureEngine.compile(FeatureSets.find(featureSet), IdHasher.of(keySecret)));
    }

    /** Names the feature set only: the secret belongs in no log. */
    @Override
    public String toString() {
        return "EngineSource[" + featureSet + "]";
    }
}
