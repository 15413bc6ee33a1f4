package io.tollgate.features.policy;

import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.yaml.YamlMapping;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds policies: the built-in one by name, others by path. */
public final class Policies {
    /** What is used when nothing else is asked for; written for the feature set fraud-v3. */
    public static final String DEFAULT = "default-policy";

    private static final String EXAMPLES = "default-policy-examples";

    /** Beyond it the text cannot be a YAML file of ours, whatever its characters. */
    private static final long MAX_BYTES = 4L * YamlMapping.MAX_CHARACTERS;

    private Policies() {}

    /**
     * @param nameOrPath {@link #DEFAULT} or the path of a policy file
     * @throws io.tollgate.features.yaml.YamlException when the file is no policy for the features
     * @throws IllegalArgumentException when there is neither such a name nor such a file
     */
    public static CompiledPolicy find(String nameOrPath, FeatureSet features) {
        PolicyVocabulary vocabulary = PolicyVocabulary.of(features);
        return nameOrPath.equals(DEFAULT)
                ? PolicyReader.read(DEFAULT + ".yaml", builtIn(DEFAULT), vocabulary)
                : PolicyReader.read(nameOrPath, file("policy", nameOrPath), vocabulary);
    }

    /**
     * The example payments of the built-in policy, or those of a file.
     *
     * @param nameOrPath {@link #DEFAULT} or the path of a file of examples
     * @throws io.tollgate.features.yaml.YamlException when the file holds no examples for the features
     * @throws IllegalArgumentException when there is neither such a name nor such a file
     */
    public static PolicyExamples examples(String nameOrPath, FeatureSet features) {
        return nameOrPath.equals(DEFAULT)
                ? PolicyExamples.read(EXAMPLES + ".yaml", builtIn(EXAMPLES), features)
                : PolicyExamples.read(nameOrPath, file("file of examples", nameOrPath), features);
    }

    /** The text of a policy, or of any file beside one. */
    static String text(String nameOrPath) {
        return nameOrPath.equals(DEFAULT) ? builtIn(DEFAULT) : file("policy", nameOrPath);
    }

    private static String file(String what, String name) {
        Path path = Path.of(name);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("no " + what + " '" + name + "': give a file, or " + DEFAULT);
        }
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new IllegalArgumentException(
                        path + " is larger than " + MAX_BYTES + " bytes, which no " + what + " is");
            }
            return Files.readString(path);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(path + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    private static String builtIn(String name) {
        try (InputStream in = Policies.class.getResourceAsStream(name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("resource is missing: " + name + ".yaml");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
