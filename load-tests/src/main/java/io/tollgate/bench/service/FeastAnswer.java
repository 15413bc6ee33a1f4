package io.tollgate.bench.service;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Whether an answer of Feast's is what is compared: a server that finds no value says so with a null and still answers
 * with status 200, faster.
 */
final class FeastAnswer {
    private FeastAnswer() {}

    /**
     * @param json an answer of {@code /get-online-features} for one row of entities, with statuses
     * @param expected values by the features' names
     * @throws IOException when a feature is missing, was not found in the store, or has another value
     */
    static void check(String json, Map<String, Double> expected) throws IOException {
        Map<?, ?> answer = map(parse(json), "answer");
        List<?> names = list(map(answer.get("metadata"), "metadata").get("feature_names"), "feature_names");
        List<?> results = list(answer.get("results"), "results");
        for (Map.Entry<String, Double> feature : expected.entrySet()) {
            int index = names.indexOf(feature.getKey());
            if (index < 0 || index >= results.size()) {
                throw new IOException(feature.getKey() + " is not in the answer");
            }
            Map<?, ?> result = map(results.get(index), "results");
            check(feature, list(result.get("statuses"), "statuses"), list(result.get("values"), "values"));
        }
    }

    private static void check(Map.Entry<String, Double> feature, List<?> statuses, List<?> values) throws IOException {
        boolean same = values.size() == 1
                && values.get(0) instanceof Number number
                && number.doubleValue() == feature.getValue();
        if (!same || !statuses.equals(List.of("PRESENT"))) {
            throw new IOException(feature.getKey() + " is " + values + " with status " + statuses + ", in place of ["
                    + feature.getValue() + "] with [PRESENT]");
        }
    }

    /** JSON is YAML, of which Tollgate has a reader. */
    private static Object parse(String json) throws IOException {
        try {
            return new Load(LoadSettings.builder().build()).loadFromString(json);
        } catch (YamlEngineException e) {
            throw new IOException("the answer is not JSON: " + json, e);
        }
    }

    private static Map<?, ?> map(@Nullable Object value, String what) throws IOException {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IOException(what + " is no object, but " + value);
    }

    private static List<?> list(@Nullable Object value, String what) throws IOException {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IOException(what + " is no list, but " + value);
    }
}
