package io.tollgate.model.artifact;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;

/**
 * Writes a model directory that a stock MLflow server loads and that {@link ModelArtifact#read} evaluates.
 *
 * <p>Thread-safe; blocks on the file system.
 */
public final class ModelArtifactWriter {
    private static final String DATA = "model.json";

    private final Clock clock;

    /** {@code clock} dates the directory. */
    public ModelArtifactWriter(Clock clock) {
        this.clock = clock;
    }

    /**
     * Writes the directory, whole or not at all.
     *
     * @param directory must not exist yet; its parent must
     * @param booster the booster in XGBoost's JSON or UBJSON format, objective {@code binary:logistic}
     * @param features the names of its inputs, in the order of the training vectors; they replace what names the
     *     booster has, because MLflow checks the columns that it is sent against them
     * @param example a row that {@code input_example.json} shows, as long as {@code features}
     * @throws ModelArtifactException if the directory exists or cannot be written, or the booster cannot be evaluated
     *     in process
     */
    public void write(Path directory, byte[] booster, List<String> features, ModelMetadata metadata, double[] example) {
        XgboostModel model = check(directory, booster, features, example);
        if (Files.exists(directory)) {
            throw new ModelArtifactException(directory, "exists already", "a model is immutable: name a new directory");
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent == null) {
            throw new ModelArtifactException(directory, "has no parent directory", "name a directory below one");
        }
        try {
            // Not a temporary directory of the JDK's: only its owner could read the model afterwards.
            Path unfinished = Files.createDirectory(parent.resolve(".model-" + UUID.randomUUID()));
            try {
                writeFiles(unfinished, json(booster, features), model, features, metadata, example);
                Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                deleteIfLeft(unfinished);
            }
        } catch (IOException e) {
            throw new ModelArtifactException(
                    directory, "cannot be written (" + e + ")", "check the space and the rights of its parent", e);
        }
    }

    private static XgboostModel check(Path directory, byte[] booster, List<String> features, double[] example) {
        try {
            XgboostModel model = XgboostJsonReader.read(booster);
            if (features.size() != model.featureCount()
                    || features.stream().distinct().count() != features.size()
                    || example.length != features.size()) {
                throw new InvalidModelException("the booster has " + model.featureCount() + " features but "
                        + features.stream().distinct().count() + " distinct names and an example of "
                        + example.length + " values were given");
            }
            return model;
        } catch (InvalidModelException e) {
            throw new ModelArtifactException(directory, e.problem(), "pass the booster as it was trained", e);
        }
    }

    private void writeFiles(
            Path target,
            byte[] json,
            XgboostModel model,
            List<String> features,
            ModelMetadata metadata,
            double[] example)
            throws IOException {
        Files.write(target.resolve(DATA), json);
        MlmodelFile description = new MlmodelFile(DATA, features, metadata);
        String mlmodel = MlmodelFile.format(description, model.writtenBy(), signature(features), clock.instant());
        write(target, MlmodelFile.NAME, mlmodel);
        write(target, "input_example.json", example(features, example));
        write(target, "requirements.txt", PythonEnvironment.requirements(model.writtenBy()));
        write(target, "python_env.yaml", PythonEnvironment.pythonEnv());
        write(target, "conda.yaml", PythonEnvironment.conda(model.writtenBy()));
    }

    private static void write(Path directory, String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private static void deleteIfLeft(Path unfinished) throws IOException {
        if (!Files.exists(unfinished)) {
            return;
        }
        try (Stream<Path> files = Files.list(unfinished)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(unfinished);
    }

    /** The booster's document with our names in it. */
    private static byte[] json(byte[] booster, List<String> features) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(booster.length + 4_096);
        try (JsonParser in = XgboostJsonReader.JSON.createParser(ObjectReadContext.empty(), asJson(booster));
                JsonGenerator out = XgboostJsonReader.JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            in.nextToken();
            out.writeStartObject();
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean learner = in.currentName().equals("learner");
                out.writeName(in.currentName());
                in.nextToken();
                if (learner) {
                    copyLearner(in, out, features);
                } else {
                    out.copyCurrentStructure(in);
                }
            }
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static byte[] asJson(byte[] booster) throws IOException {
        try {
            return UbjsonTranscoder.isUbjson(booster) ? UbjsonTranscoder.toJson(booster) : booster;
        } catch (InvalidModelException e) {
            throw new IOException(e);
        }
    }

    private static void copyLearner(JsonParser in, JsonGenerator out, List<String> features) {
        out.writeStartObject();
        out.writeName("feature_names");
        out.writeStartArray();
        features.forEach(out::writeString);
        out.writeEndArray();
        out.writeName("feature_types");
        out.writeStartArray();
        features.forEach(feature -> out.writeString("float"));
        out.writeEndArray();
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = in.currentName();
            in.nextToken();
            if (name.equals("feature_names") || name.equals("feature_types")) {
                in.skipChildren();
            } else {
                out.writeName(name);
                out.copyCurrentStructure(in);
            }
        }
        out.writeEndObject();
    }

    private static String signature(List<String> features) {
        return json(out -> {
            out.writeStartArray();
            for (String feature : features) {
                out.writeStartObject();
                out.writeName("type");
                out.writeString("double");
                out.writeName("name");
                out.writeString(feature);
                out.writeName("required");
                out.writeBoolean(true);
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    private static String example(List<String> features, double[] example) {
        return json(out -> {
            out.writeStartObject();
            out.writeName("columns");
            out.writeStartArray();
            features.forEach(out::writeString);
            out.writeEndArray();
            out.writeName("data");
            out.writeStartArray();
            out.writeStartArray();
            for (double value : example) {
                if (Double.isFinite(value)) {
                    out.writeNumber(value);
                } else {
                    out.writeNull();
                }
            }
            out.writeEndArray();
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private interface Content {
        void write(JsonGenerator out);
    }

    private static String json(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = XgboostJsonReader.JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            content.write(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
