package io.tollgate.local.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the demonstration's model is kept between starts, so that only the first one trains: under {@code
 * local/target}, in a directory named after the code that the model depends on. Changed code trains anew, {@code mvn
 * clean} forgets all models.
 */
final class ModelCache {
    private static final List<List<String>> DEPENDS_ON = List.of(
            List.of("features", "io/tollgate/features"),
            List.of("local", "io/tollgate/local/sim"),
            List.of("feature-pipeline", "io/tollgate/pipeline/train"));

    private final Installation installation;
    private final long seed;

    ModelCache(Installation installation, long seed) {
        this.installation = installation;
        this.seed = seed;
    }

    /** The model's directory; it is complete if it exists, because it is moved there when training is done. */
    Path directory() throws IOException {
        return installation
                .root()
                .resolve("local")
                .resolve("target")
                .resolve("demo-models")
                .resolve("seed-" + seed + "-" + fingerprint());
    }

    private String fingerprint() throws IOException {
        MessageDigest digest = sha256();
        for (List<String> tree : DEPENDS_ON) {
            Path root = installation.classes(tree.get(0)).resolve(tree.get(1));
            if (!Files.isDirectory(root)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    digest.update(Files.readAllBytes(file));
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 6);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
