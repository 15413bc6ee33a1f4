package io.tollgate.model.http;

import io.tollgate.model.FailureCause;
import io.tollgate.model.call.Attempt;
import io.tollgate.model.call.Attempt.Answer;
import io.tollgate.model.call.Attempt.Failure;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads the one probability out of a response body.
 *
 * <p>Taken: {@code {"predictions":[p]}} (MLflow, Databricks) and {@code [p]} (Azure ML), where the row {@code p} may
 * also be {@code [p]} or {@code [1-p, p]} (a classifier's two classes) or an object of one or two such numbers. All else
 * is a bad response: better no score than one that we guessed.
 */
final class Predictions {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxNumberLength(64)
                    .build())
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .build();

    private Predictions() {}

    static Attempt parse(byte[] body, int length) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body, 0, length)) {
            double probability = document(json);
            if (!(probability >= 0 && probability <= 1)) {
                return bad("the prediction is not between 0 and 1");
            }
            return new Answer(probability);
        } catch (JacksonException e) {
            return bad("the body is not JSON");
        } catch (UnexpectedShapeException e) {
            return bad(e.shape);
        }
    }

    private static Failure bad(String detail) {
        return new Failure(FailureCause.BAD_RESPONSE, detail);
    }

    private static double document(JsonParser json) throws UnexpectedShapeException {
        double probability;
        JsonToken first = json.nextToken();
        if (first == JsonToken.START_ARRAY) {
            probability = onlyRow(json);
        } else if (first == JsonToken.START_OBJECT) {
            probability = predictionsOf(json);
        } else {
            throw new UnexpectedShapeException("the body is neither an object nor a list");
        }
        if (json.nextToken() != null) {
            throw new UnexpectedShapeException("the body goes on after its JSON");
        }
        return probability;
    }

    private static double predictionsOf(JsonParser json) throws UnexpectedShapeException {
        double probability = Double.NaN;
        boolean found = false;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean predictions = json.currentName().equals("predictions");
            JsonToken value = json.nextToken();
            if (!predictions) {
                json.skipChildren();
            } else if (value == JsonToken.START_ARRAY && !found) {
                probability = onlyRow(json);
                found = true;
            } else {
                throw new UnexpectedShapeException("predictions is not one list");
            }
        }
        if (!found) {
            throw new UnexpectedShapeException("the body has no predictions");
        }
        return probability;
    }

    private static double onlyRow(JsonParser json) throws UnexpectedShapeException {
        double probability = switch (json.nextToken()) {
            case START_ARRAY -> lastClass(json, JsonToken.END_ARRAY);
            case START_OBJECT -> lastClass(json, JsonToken.END_OBJECT);
            default -> number(json);
        };
        if (json.nextToken() != JsonToken.END_ARRAY) {
            throw new UnexpectedShapeException("one row was sent but several came back");
        }
        return probability;
    }

    /** Of one class or two, the last, which is fraud. */
    private static double lastClass(JsonParser json, JsonToken end) throws UnexpectedShapeException {
        double last = Double.NaN;
        int classes = 0;
        for (JsonToken token = json.nextToken(); token != end; token = json.nextToken()) {
            if (token == JsonToken.PROPERTY_NAME) {
                json.nextToken();
            }
            last = number(json);
            classes++;
        }
        if (classes < 1 || classes > 2) {
            throw new UnexpectedShapeException("the row has " + classes + " values instead of one or two");
        }
        return last;
    }

    private static double number(JsonParser json) throws UnexpectedShapeException {
        JsonToken token = json.currentToken();
        if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
            throw new UnexpectedShapeException("the prediction is not a number");
        }
        return json.getDoubleValue();
    }

    /** Carries a shape that is none of ours to {@link #parse}; without a stack trace, since a broken endpoint sends many. */
    private static final class UnexpectedShapeException extends Exception {
        private final String shape;

        UnexpectedShapeException(String shape) {
            super(shape, null, false, false);
            this.shape = shape;
        }
    }
}
