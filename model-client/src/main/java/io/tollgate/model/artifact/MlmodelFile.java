package io.tollgate.model.artifact;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * The {@code MLmodel} file: the YAML by which MLflow knows a model.
 *
 * <p>Source: mlflow.org, "MLflow Models", storage format. Everything of ours is under {@code metadata.tollgate}.
 *
 * @param data the booster's file within the directory
 * @param features the names in the signature, in order
 */
record MlmodelFile(String data, List<String> features, ModelMetadata metadata) {
    // A signature of 4,096 named columns and 1,000 metrics stays well below.
    static final int MAX_BYTES = 1 << 20;
    static final String NAME = "MLmodel";

    static MlmodelFile parse(String yaml) throws InvalidModelException {
        Object root;
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(NAME)
                    .setCodePointLimit(MAX_BYTES)
                    .setMaxAliasesForCollections(0)
                    .build();
            root = new Load(settings).loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw new InvalidModelException(
                    "not YAML (" + String.valueOf(e.getMessage()).replaceAll("\\s+", " ") + ")", e);
        }
        Node document = new Node("", root);
        Node flavor = document.child("flavors").child("xgboost");
        Node tollgate = document.child("metadata").child("tollgate");
        return new MlmodelFile(
                flavor.child("data").text(),
                columns(document.child("signature").child("inputs").text()),
                metadata(tollgate));
    }

    private static ModelMetadata metadata(Node tollgate) throws InvalidModelException {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (String metric : tollgate.child("metrics").keys()) {
            metrics.put(metric, tollgate.child("metrics").child(metric).number());
        }
        try {
            return new ModelMetadata(
                    new ModelVersion(
                            tollgate.child("name").text(),
                            tollgate.child("version").text()),
                    tollgate.child("feature_set").text(),
                    tollgate.child("feature_set_hash").text(),
                    Instant.parse(tollgate.child("label_cutoff").text()),
                    metrics);
        } catch (DateTimeParseException e) {
            throw new InvalidModelException(
                    "metadata.tollgate.label_cutoff is not an instant like 2026-11-01T00:00:00Z", e);
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException("metadata.tollgate: " + e.getMessage(), e);
        }
    }

    /** The signature's inputs are JSON inside YAML: a list of named columns, each of which has to be a double. */
    private static List<String> columns(String inputs) throws InvalidModelException {
        List<String> names = new ArrayList<>();
        try (JsonParser json = XgboostJsonReader.JSON.createParser(ObjectReadContext.empty(), inputs)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw new InvalidModelException("signature.inputs is not a list of columns");
            }
            while (json.nextToken() == JsonToken.START_OBJECT) {
                names.add(column(json, names.size()));
            }
        } catch (JacksonException e) {
            throw new InvalidModelException("signature.inputs is not JSON (" + e.getOriginalMessage() + ")", e);
        }
        if (names.stream().distinct().count() != names.size()) {
            throw new InvalidModelException("signature.inputs names a column twice");
        }
        return names;
    }

    private static String column(JsonParser json, int index) throws InvalidModelException {
        String name = "";
        String type = "";
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = json.currentName();
            json.nextToken();
            switch (member) {
                case "name" -> name = json.getString();
                case "type" -> type = json.getString();
                default -> json.skipChildren();
            }
        }
        if (name.isEmpty() || !type.equals("double")) {
            throw new InvalidModelException("column " + index + " of signature.inputs is '" + name + "' of type '"
                    + type + "', not a named double");
        }
        return name;
    }

    /** The YAML of a model that MLflow can serve. */
    static String format(MlmodelFile file, String xgboostVersion, String signatureInputs, Instant created) {
        ModelMetadata metadata = file.metadata();
        Map<String, Object> tollgate = new LinkedHashMap<>();
        tollgate.put("name", metadata.version().name());
        tollgate.put("version", metadata.version().version());
        tollgate.put("feature_set", metadata.featureSet());
        tollgate.put("feature_set_hash", metadata.featureSetHash());
        tollgate.put("label_cutoff", metadata.labelCutoff().toString());
        tollgate.put("metrics", metadata.metrics());

        Map<String, Object> pythonFunction = new LinkedHashMap<>();
        pythonFunction.put("data", file.data());
        pythonFunction.put("env", Map.of("conda", "conda.yaml", "virtualenv", "python_env.yaml"));
        pythonFunction.put("loader_module", "mlflow.xgboost");
        pythonFunction.put("python_version", PythonEnvironment.PYTHON);

        Map<String, Object> xgboost = new LinkedHashMap<>();
        xgboost.put("code", null);
        xgboost.put("data", file.data());
        xgboost.put("model_class", "xgboost.core.Booster");
        xgboost.put("model_format", "json");
        xgboost.put("xgb_version", xgboostVersion);

        Map<String, Object> signature = new LinkedHashMap<>();
        signature.put("inputs", signatureInputs);
        signature.put(
                "outputs", "[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"float32\", \"shape\": [-1]}}]");
        signature.put("params", null);

        Map<String, Object> example = new LinkedHashMap<>();
        example.put("artifact_path", "input_example.json");
        example.put("pandas_orient", "split");
        example.put("type", "dataframe");

        Map<String, Object> root = new LinkedHashMap<>();
        root.put("flavors", orderedMap("python_function", pythonFunction, "xgboost", xgboost));
        root.put("metadata", Map.of("tollgate", tollgate));
        root.put("saved_input_example_info", example);
        root.put("signature", signature);
        root.put("utc_time_created", created.toString());
        DumpSettings settings =
                DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        return new Dump(settings).dumpToString(root);
    }

    private static Map<String, Object> orderedMap(String first, Object one, String second, Object two) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(first, one);
        map.put(second, two);
        return map;
    }

    /** A place in the document, which an error names. */
    private record Node(String path, @Nullable Object value) {

        Node child(String key) throws InvalidModelException {
            String childPath = path.isEmpty() ? key : path + "." + key;
            if (!(value instanceof Map<?, ?> map) || !map.containsKey(key)) {
                throw new InvalidModelException(childPath + " is missing");
            }
            return new Node(childPath, map.get(key));
        }

        List<String> keys() throws InvalidModelException {
            if (!(value instanceof Map<?, ?> map)) {
                throw new InvalidModelException(path + " is not a mapping");
            }
            return map.keySet().stream().map(String::valueOf).toList();
        }

        String text() throws InvalidModelException {
            if (!(value instanceof String text)) {
                throw new InvalidModelException(path + " is not text");
            }
            return text;
        }

        double number() throws InvalidModelException {
            if (!(value instanceof Number number)) {
                throw new InvalidModelException(path + " is not a number");
            }
            return number.doubleValue();
        }
    }
}
