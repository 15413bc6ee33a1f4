package io.tollgate.features.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds feature sets: the built-in ones by name, others by path. */
public final class FeatureSets {
    /** What is used when nothing else is asked for. */
    public static final String DEFAULT = "fraud-v3";

    private static final List<String> BUILT_IN = List.of(DEFAULT, "handbook-v1", "sparkov-v1");

    private FeatureSets() {}

    /** The built-in card fraud features. */
    public static FeatureSet fraudV3() {
        return find(DEFAULT);
    }

    /**
     * @param nameOrPath a built-in name or the path of a feature-set file
     * @throws io.tollgate.features.yaml.YamlException when the file does not declare a valid set
     * @throws IllegalArgumentException when there is neither such a name nor such a file
     */
    public static FeatureSet find(String nameOrPath) {
        return file(nameOrPath).read();
    }

    /**
     * The text behind a name.
     *
     * @param nameOrPath a built-in name or the path of a feature-set file
     * @throws IllegalArgumentException when there is neither such a name nor such a file
     */
    public static FeatureSetFile file(String nameOrPath) {
        if (BUILT_IN.contains(nameOrPath)) {
            return new FeatureSetFile(nameOrPath + ".yaml", resource(nameOrPath));
        }
        Path path = Path.of(nameOrPath);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(
                    "no feature set '" + nameOrPath + "': give a file, or one of " + String.join(", ", BUILT_IN));
        }
        try {
            return new FeatureSetFile(nameOrPath, Files.readString(path));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(path + " is not a text file in UTF-8; give a feature-set file", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read feature set " + path, e);
        }
    }

    private static String resource(String name) {
        String resource = "/io/tollgate/features/sets/" + name + ".yaml";
        try (InputStream in = FeatureSets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource is missing: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
