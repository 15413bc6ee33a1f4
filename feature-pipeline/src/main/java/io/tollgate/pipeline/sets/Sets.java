package io.tollgate.pipeline.sets;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.FeatureSetException;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSetFile;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.features.yaml.YamlException;
import io.tollgate.pipeline.command.UsageException;

/** Feature sets that a user names, with every way in which they can be wrong told in one line. */
final class Sets {
    /** For commands that compute no key: any secret will do. */
    private static final IdHasher NO_KEYS = IdHasher.of("no key leaves this command");

    private Sets() {}

    /** The set, compiled; no key of it may be used. */
    static FeatureEngine compile(String nameOrPath) {
        return compile(file(nameOrPath), NO_KEYS);
    }

    /**
     * The text behind a name.
     *
     * @throws UsageException when there is neither such a set nor such a file
     */
    static FeatureSetFile file(String nameOrPath) {
        try {
            return FeatureSets.file(nameOrPath);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Read and compiled: expressions are checked only then.
     *
     * @throws UsageException when it is no valid set; the message holds the line
     */
    static FeatureEngine compile(FeatureSetFile file, IdHasher hasher) {
        try {
            return FeatureEngine.compile(file.read(), hasher);
        } catch (YamlException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (FeatureSetException | IllegalArgumentException e) {
            throw new UsageException(file.source() + ": " + e.getMessage(), e);
        }
    }
}
