package io.tollgate.model.artifact;

import java.util.regex.Pattern;

/**
 * Which model: the registered name and the version in its registry, printed as {@code fraud/7}.
 *
 * @param name the registered name: 1 to 128 letters, digits, dots, underscores and dashes
 * @param version the version in the registry, in the same alphabet, at most 64 characters
 */
public record ModelVersion(String name, String version) {
    // The alphabet is what MLflow, Unity Catalog and a metric label all accept unescaped.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public ModelVersion {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("model name must match " + NAME + " but is '" + name + "'");
        }
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("model version must match " + VERSION + " but is '" + version + "'");
        }
    }

    @Override
    public String toString() {
        return name + "/" + version;
    }
}
