package io.tollgate.pipeline.command;

import io.tollgate.pipeline.config.EngineSource;
import picocli.CommandLine.Option;

/** Which features are computed, and with which key. */
public final class EngineOptions {
    @Option(
            names = "--feature-set",
            paramLabel = "NAME|FILE",
            defaultValue = "${env:TOLLGATE_FEATURE_SET:-fraud-v3}",
            description = "Built-in feature set or a file (TOLLGATE_FEATURE_SET; default ${DEFAULT-VALUE}).")
    private String featureSet = "fraud-v3";

    @Option(
            names = "--key-secret",
            paramLabel = "TEXT",
            defaultValue = "${env:TOLLGATE_KEY_SECRET:-}",
            description = "Keys the entities' ids; at least 16 characters, the same for service and pipeline"
                    + " (TOLLGATE_KEY_SECRET; prefer the variable, options show in process lists).")
    private String keySecret = "";

    /**
     * Compiles the set once, so that a mistake in it is told before anything starts.
     *
     * @throws UsageException when the set or the secret cannot be used
     */
    public EngineSource source() {
        return source(keySecret);
    }

    /** For jobs whose output holds no key: any secret will do. */
    EngineSource sourceWithoutSecret() {
        return source(keySecret.isEmpty() ? "no key leaves this job" : keySecret);
    }

    boolean hasSecret() {
        return !keySecret.isEmpty();
    }

    /** With a secret found elsewhere. */
    EngineSource source(String secret) {
        if (secret.isEmpty()) {
            throw new UsageException("no key secret: set TOLLGATE_KEY_SECRET to at least 16 characters, the same that"
                    + " the service uses");
        }
        EngineSource source = new EngineSource(featureSet, secret);
        try {
            source.engine();
        } catch (RuntimeException e) {
            throw new UsageException("--feature-set " + featureSet + ": " + e.getMessage(), e);
        }
        return source;
    }
}
