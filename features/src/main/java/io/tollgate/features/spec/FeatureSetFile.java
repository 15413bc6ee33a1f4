package io.tollgate.features.spec;

/**
 * The text of a feature set, not read yet.
 *
 * @param source what error messages call it: the path as the user gave it
 */
public record FeatureSetFile(String source, String text) {

    /**
     * @throws io.tollgate.features.yaml.YamlException when the text does not declare a valid set
     */
    public FeatureSet read() {
        return FeatureSetReader.read(source, text);
    }
}
