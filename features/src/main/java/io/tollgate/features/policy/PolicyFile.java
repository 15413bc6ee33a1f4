package io.tollgate.features.policy;

import io.tollgate.features.policy.PolicyExamples.Result;
import io.tollgate.features.spec.FeatureSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A policy as it is written, with the example payments that stand beside it: {@code fraud.yaml} is tried on {@code
 * fraud-examples.yaml} if there is such a file. The built-in policy comes without, its examples being part of the build.
 *
 * @param source name or path, for error messages
 * @param examplesSource path of the examples; null when there are none
 * @param examples text of that file; null when there are none
 */
public record PolicyFile(
        String source,
        String text,
        @Nullable String examplesSource,
        @Nullable String examples) {
    private static final int HASH_CHARS = 8;

    /**
     * Reads both files; blocks.
     *
     * @param nameOrPath {@link Policies#DEFAULT} or the path of a policy file
     * @throws IllegalArgumentException when there is neither such a name nor such a file
     * @throws java.io.UncheckedIOException when a file cannot be read
     */
    public static PolicyFile read(String nameOrPath) {
        String text = Policies.text(nameOrPath);
        Optional<Path> examples = examplesPath(nameOrPath).filter(Files::isRegularFile);
        return new PolicyFile(
                nameOrPath,
                text,
                examples.map(Path::toString).orElse(null),
                examples.map(path -> Policies.text(path.toString())).orElse(null));
    }

    /** Where a policy's examples stand, whether or not there are any; empty for the built-in policy. */
    public static Optional<Path> examplesPath(String nameOrPath) {
        if (nameOrPath.equals(Policies.DEFAULT)) {
            return Optional.empty();
        }
        Path path = Path.of(nameOrPath);
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        String beside = dot < 0 ? name + "-examples" : name.substring(0, dot) + "-examples" + name.substring(dot);
        return Optional.of(path.resolveSibling(beside));
    }

    /**
     * Compiles the policy and runs its examples.
     *
     * @throws io.tollgate.features.yaml.YamlException when one of the files is no policy, or no examples, for the features
     * @throws IllegalArgumentException when an example is not decided as it must be; names its file and line
     */
    public CompiledPolicy compile(FeatureSet features) {
        CompiledPolicy policy = PolicyReader.read(source, text, PolicyVocabulary.of(features));
        if (examplesSource != null && examples != null) {
            List<Result> failing = PolicyExamples.read(examplesSource, examples, features).run(policy).stream()
                    .filter(result -> !result.passed())
                    .toList();
            if (!failing.isEmpty()) {
                Result first = failing.get(0);
                throw new IllegalArgumentException(examplesSource + ":" + first.line() + ": " + failing.size()
                        + " example(s) not decided as expected, the first '" + first.name() + "': " + first.problem()
                        + "; correct the policy or the example");
            }
        }
        return policy;
    }

    /** The start of the text's SHA-256, in hexadecimal: tells two texts of one version apart. */
    public String hash() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
