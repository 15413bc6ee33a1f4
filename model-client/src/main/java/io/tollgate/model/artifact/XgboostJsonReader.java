package io.tollgate.model.artifact;

import io.tollgate.model.artifact.XgboostModel.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads XGBoost's JSON model format by streaming: only the keys that evaluation needs are kept, unknown keys are
 * skipped, and what the evaluator does not implement is refused rather than scored wrongly.
 *
 * <p>Source: XGBoost, "Introduction to Model IO" and its {@code model.schema}. Version 3.1 began to write the base
 * score as a vector of one ({@code "[5E-1]"}); earlier versions write a scalar. Both are probabilities.
 */
final class XgboostJsonReader {
    private static final int MAX_JSON_DEPTH = 64;

    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_JSON_DEPTH)
                    .build())
            .build();

    private interface Member {
        void read(String name) throws InvalidModelException;
    }

    private interface Element {
        void read() throws InvalidModelException;
    }

    private final JsonParser json;
    private final List<Tree> trees = new ArrayList<>();
    private final List<String> featureNames = new ArrayList<>();
    private final List<Integer> version = new ArrayList<>();
    private long nodes;
    private int featureCount;
    private String baseScore = "";
    private String objective = "";
    private String booster = "";

    private XgboostJsonReader(JsonParser json) {
        this.json = json;
    }

    /** Reads either of XGBoost's formats: JSON, or the binary UBJSON that carries the same document. */
    static XgboostModel read(byte[] bytes) throws InvalidModelException {
        return readJson(UbjsonTranscoder.isUbjson(bytes) ? UbjsonTranscoder.toJson(bytes) : bytes);
    }

    private static XgboostModel readJson(byte[] bytes) throws InvalidModelException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            XgboostJsonReader reader = new XgboostJsonReader(parser);
            parser.nextToken();
            reader.object(reader::root);
            return reader.model();
        } catch (JacksonException e) {
            throw new InvalidModelException("not XGBoost JSON (" + e.getOriginalMessage() + ")", e);
        }
    }

    private XgboostModel model() throws InvalidModelException {
        if (!booster.equals("gbtree")) {
            throw new InvalidModelException("the booster is '" + booster + "'; only gbtree is supported");
        }
        if (!objective.equals("binary:logistic")) {
            throw new InvalidModelException("the objective is '" + objective + "'; only binary:logistic is supported");
        }
        XgboostModel model = new XgboostModel(
                List.copyOf(trees),
                featureCount,
                List.copyOf(featureNames),
                margin(baseScore),
                version.stream().map(String::valueOf).collect(Collectors.joining(".")));
        model.validate();
        return model;
    }

    private static float margin(String baseScore) throws InvalidModelException {
        String scalar = baseScore.startsWith("[") && baseScore.endsWith("]")
                ? baseScore.substring(1, baseScore.length() - 1)
                : baseScore;
        try {
            float probability = Float.parseFloat(scalar);
            return (float) -Math.log(1.0f / probability - 1.0f);
        } catch (NumberFormatException e) {
            throw new InvalidModelException("base_score is '" + baseScore + "', not one number", e);
        }
    }

    private void root(String name) throws InvalidModelException {
        switch (name) {
            case "learner" -> object(this::learner);
            case "version" -> {
                for (int part : integers()) {
                    version.add(part);
                }
            }
            default -> json.skipChildren();
        }
    }

    private void learner(String name) throws InvalidModelException {
        switch (name) {
            case "feature_names" ->
                array(() -> {
                    if (featureNames.size() == XgboostModel.MAX_FEATURES) {
                        throw new InvalidModelException("more than " + XgboostModel.MAX_FEATURES + " feature names");
                    }
                    featureNames.add(text());
                });
            case "gradient_booster" -> object(this::gradientBooster);
            case "learner_model_param" -> object(this::learnerParameter);
            case "objective" ->
                object(member -> {
                    if (member.equals("name")) {
                        objective = text();
                    } else {
                        json.skipChildren();
                    }
                });
            default -> json.skipChildren();
        }
    }

    private void learnerParameter(String name) throws InvalidModelException {
        switch (name) {
            case "base_score" -> baseScore = text();
            case "num_feature" -> featureCount = number(name);
            case "num_class" -> atMostOne(name);
            case "num_target" -> atMostOne(name);
            default -> json.skipChildren();
        }
    }

    private void atMostOne(String parameter) throws InvalidModelException {
        int value = number(parameter);
        if (value > 1) {
            throw new InvalidModelException(parameter + " is " + value + "; only one binary outcome is supported");
        }
    }

    private void gradientBooster(String name) throws InvalidModelException {
        switch (name) {
            case "name" -> booster = text();
            case "model" ->
                object(member -> {
                    if (member.equals("trees")) {
                        array(() -> trees.add(tree()));
                    } else {
                        json.skipChildren();
                    }
                });
            default -> json.skipChildren();
        }
    }

    private Tree tree() throws InvalidModelException {
        if (trees.size() == XgboostModel.MAX_TREES) {
            throw new InvalidModelException("more than " + XgboostModel.MAX_TREES + " trees");
        }
        TreeArrays arrays = new TreeArrays();
        object(arrays::member);
        nodes += arrays.left.length;
        if (nodes > XgboostModel.MAX_NODES) {
            throw new InvalidModelException("more than " + XgboostModel.MAX_NODES + " nodes");
        }
        return arrays.tree();
    }

    /** The parallel arrays of one tree, in whatever order the file has them. */
    private final class TreeArrays {
        private int[] left = {};
        private int[] right = {};
        private int[] feature = {};
        private float[] value = {};
        private float[] cover = {};
        private int[] defaultLeft = {};

        void member(String name) throws InvalidModelException {
            switch (name) {
                case "left_children" -> left = integers();
                case "right_children" -> right = integers();
                case "split_indices" -> feature = integers();
                case "split_conditions" -> value = floats();
                case "sum_hessian" -> cover = floats();
                case "default_left" -> defaultLeft = integers();
                case "split_type" -> {
                    for (int type : integers()) {
                        if (type != 0) {
                            throw new InvalidModelException("tree " + trees.size()
                                    + " has a categorical split; only numerical splits are supported");
                        }
                    }
                }
                default -> json.skipChildren();
            }
        }

        Tree tree() {
            boolean[] flags = new boolean[defaultLeft.length];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = defaultLeft[i] != 0;
            }
            return new Tree(left, right, feature, value, flags, cover);
        }
    }

    private void object(Member member) throws InvalidModelException {
        expect(JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            member.read(name);
        }
    }

    private void array(Element element) throws InvalidModelException {
        expect(JsonToken.START_ARRAY);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    private int[] integers() throws InvalidModelException {
        IntBuffer buffer = new IntBuffer();
        array(() -> buffer.add(
                switch (json.currentToken()) {
                    case VALUE_TRUE -> 1;
                    case VALUE_FALSE -> 0;
                    default -> json.getIntValue();
                }));
        return buffer.toInts();
    }

    private float[] floats() throws InvalidModelException {
        IntBuffer buffer = new IntBuffer();
        array(() -> buffer.add(Float.floatToRawIntBits(json.getFloatValue())));
        return buffer.toFloats();
    }

    private String text() throws InvalidModelException {
        expect(JsonToken.VALUE_STRING);
        return json.getString();
    }

    private int number(String parameter) throws InvalidModelException {
        String text = text();
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new InvalidModelException(parameter + " is '" + text + "', not a whole number", e);
        }
    }

    private void expect(JsonToken token) throws InvalidModelException {
        if (json.currentToken() != token) {
            throw new InvalidModelException("expected " + token + " at "
                    + json.streamReadContext().pathAsPointer() + " but found " + json.currentToken());
        }
    }
}
