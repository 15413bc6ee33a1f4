package io.tollgate.local.endpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The rows of a request for scores, in the order of the model's inputs. Reads {@code dataframe_split}, {@code
 * dataframe_records}, {@code inputs} and {@code instances} as MLflow's scoring server does, and Azure ML's {@code
 * input_data}.
 *
 * @param rows one vector each; null in JSON is NaN here
 * @param bareList whether the answer is a bare list (Azure ML) instead of an object
 */
record Invocation(List<double[]> rows, boolean bareList) {
    private static final JsonFactory JSON = new JsonFactory();
    // As many rows as a laptop scores within a second; a body of 8 MB could hold more.
    private static final int MAX_ROWS = 10_000;

    static Invocation parse(byte[] body, List<String> features) throws BadInvocationException {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            return new Reader(json, features).document();
        } catch (JacksonException e) {
            throw new BadInvocationException("the body is not JSON: " + e.getOriginalMessage());
        }
    }

    private static final class Reader {
        private final JsonParser json;
        private final List<String> features;
        private final List<double[]> rows = new ArrayList<>();

        Reader(JsonParser json, List<String> features) {
            this.json = json;
            this.features = features;
        }

        Invocation document() throws BadInvocationException {
            expect(json.nextToken(), JsonToken.START_OBJECT, "the body");
            boolean bareList = false;
            String found = "";
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                switch (name) {
                    case "dataframe_split", "input_data" -> split();
                    case "dataframe_records" -> records();
                    case "inputs", "instances" -> inputs(value);
                    default -> {
                        json.skipChildren();
                        continue;
                    }
                }
                if (!found.isEmpty()) {
                    throw new BadInvocationException("both " + found + " and " + name + " are given");
                }
                found = name;
                bareList = name.equals("input_data");
            }
            if (found.isEmpty()) {
                throw new BadInvocationException(
                        "none of dataframe_split, dataframe_records, inputs, instances, input_data is given");
            }
            return new Invocation(List.copyOf(rows), bareList);
        }

        private void split() throws BadInvocationException {
            expect(json.currentToken(), JsonToken.START_OBJECT, "the split frame");
            List<String> columns = features;
            List<double[]> data = new ArrayList<>();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (name.equals("columns")) {
                    columns = names(value);
                } else if (name.equals("data")) {
                    expect(value, JsonToken.START_ARRAY, "data");
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        add(data, values("a row of data"));
                    }
                } else {
                    json.skipChildren();
                }
            }
            int[] order = order(columns);
            for (double[] row : data) {
                if (row.length != columns.size()) {
                    throw new BadInvocationException(
                            "a row has " + row.length + " values for " + columns.size() + " columns");
                }
                rows.add(Arrays.stream(order).mapToDouble(column -> row[column]).toArray());
            }
        }

        private void records() throws BadInvocationException {
            expect(json.currentToken(), JsonToken.START_ARRAY, "dataframe_records");
            while (json.nextToken() != JsonToken.END_ARRAY) {
                add(rows, record());
            }
        }

        private void inputs(JsonToken value) throws BadInvocationException {
            expect(value, JsonToken.START_ARRAY, "inputs");
            while (json.nextToken() != JsonToken.END_ARRAY) {
                double[] row = json.currentToken() == JsonToken.START_OBJECT ? record() : values("a row of inputs");
                if (row.length != features.size()) {
                    throw new BadInvocationException(
                            "a row has " + row.length + " values but the model takes " + features.size());
                }
                add(rows, row);
            }
        }

        private double[] record() throws BadInvocationException {
            expect(json.currentToken(), JsonToken.START_OBJECT, "a record");
            double[] row = new double[features.size()];
            boolean[] given = new boolean[row.length];
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                int feature = features.indexOf(json.currentName());
                json.nextToken();
                if (feature < 0) {
                    json.skipChildren();
                } else {
                    row[feature] = number();
                    given[feature] = true;
                }
            }
            for (int i = 0; i < given.length; i++) {
                if (!given[i]) {
                    throw new BadInvocationException("a record lacks the input " + features.get(i));
                }
            }
            return row;
        }

        private static void add(List<double[]> rows, double[] row) throws BadInvocationException {
            if (rows.size() == MAX_ROWS) {
                throw new BadInvocationException("more than " + MAX_ROWS + " rows");
            }
            rows.add(row);
        }

        private List<String> names(JsonToken value) throws BadInvocationException {
            expect(value, JsonToken.START_ARRAY, "columns");
            List<String> names = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                expect(json.currentToken(), JsonToken.VALUE_STRING, "a column");
                names.add(json.getString());
            }
            return names;
        }

        private int[] order(List<String> columns) throws BadInvocationException {
            int[] order = new int[features.size()];
            for (int i = 0; i < order.length; i++) {
                order[i] = columns.indexOf(features.get(i));
                if (order[i] < 0) {
                    throw new BadInvocationException("the input " + features.get(i) + " is missing");
                }
            }
            return order;
        }

        private double[] values(String what) throws BadInvocationException {
            expect(json.currentToken(), JsonToken.START_ARRAY, what);
            double[] values = new double[features.size()];
            int count = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (count == values.length) {
                    values = Arrays.copyOf(values, count + 16);
                }
                values[count++] = number();
            }
            return Arrays.copyOf(values, count);
        }

        private double number() throws BadInvocationException {
            return switch (json.currentToken()) {
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
                case VALUE_NULL -> Double.NaN;
                default -> throw new BadInvocationException("a value is neither a number nor null");
            };
        }

        private static void expect(JsonToken token, JsonToken expected, String what) throws BadInvocationException {
            if (token != expected) {
                throw new BadInvocationException(what + " is " + token + " instead of " + expected);
            }
        }
    }
}
