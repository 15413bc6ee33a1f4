package io.tollgate.model.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads a model directory, bounded and checked part against part. */
final class ModelArtifactReader {
    // Twenty million nodes of JSON would be larger, but such a model could not answer in time either.
    private static final int MAX_MODEL_BYTES = 512 << 20;

    private final Path directory;

    ModelArtifactReader(Path directory) {
        this.directory = directory;
    }

    ModelArtifact read() {
        if (!Files.isDirectory(directory)) {
            throw new ModelArtifactException(
                    directory, "not a directory", "name a directory that `tollgate train` or MLflow wrote");
        }
        Path mlmodel = directory.resolve(MlmodelFile.NAME);
        MlmodelFile description = parse(
                mlmodel,
                () -> MlmodelFile.parse(new String(bytes(mlmodel, MlmodelFile.MAX_BYTES), StandardCharsets.UTF_8)));
        Path data = dataFile(mlmodel, description.data());
        XgboostModel booster = parse(data, () -> XgboostJsonReader.read(bytes(data, MAX_MODEL_BYTES)));
        checkFeatures(data, description.features(), booster);
        return new ModelArtifact(directory, description.metadata(), description.features(), booster);
    }

    private Path dataFile(Path mlmodel, String data) {
        Path file = directory.resolve(data).normalize();
        if (!file.startsWith(directory.normalize())) {
            throw new ModelArtifactException(
                    mlmodel, "flavors.xgboost.data leads out of the directory", "keep the booster beside MLmodel");
        }
        return file;
    }

    private static void checkFeatures(Path data, List<String> signature, XgboostModel booster) {
        if (signature.size() != booster.featureCount()) {
            throw new ModelArtifactException(
                    data,
                    "the booster has " + booster.featureCount() + " features, the signature " + signature.size(),
                    "write both from one training run");
        }
        for (int i = 0; i < booster.featureNames().size(); i++) {
            if (!booster.featureNames().get(i).equals(signature.get(i))) {
                throw new ModelArtifactException(
                        data,
                        "feature " + i + " is '" + booster.featureNames().get(i) + "' to the booster and '"
                                + signature.get(i) + "' to the signature",
                        "write both from one training run");
            }
        }
    }

    private interface Parser<T> {
        T parse() throws InvalidModelException;
    }

    private static <T> T parse(Path file, Parser<T> parser) {
        try {
            return parser.parse();
        } catch (InvalidModelException e) {
            throw new ModelArtifactException(
                    file, e.problem(), "train the model again or serve it from an endpoint only", e);
        }
    }

    private static byte[] bytes(Path file, int limit) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(limit);
            if (in.read() >= 0) {
                throw new ModelArtifactException(file, "larger than " + limit + " bytes", "train a smaller model");
            }
            return bytes;
        } catch (IOException e) {
            throw new ModelArtifactException(
                    file, "cannot be read (" + e + ")", "check that the directory is complete and readable", e);
        }
    }
}
