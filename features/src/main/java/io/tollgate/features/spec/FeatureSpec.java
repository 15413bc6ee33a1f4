package io.tollgate.features.spec;

import org.jspecify.annotations.Nullable;

/**
 * One feature, declared once for stream, backfill, training and serving.
 *
 * @param name lower case with underscores; the model's column and the policy's variable
 * @param unit what one of it is: payments, EUR, seconds, km, share
 * @param defaultValue used when the feature is undefined or its group could not be read
 * @param defaultReason why that value is the conservative one
 * @param min smallest value it can take
 * @param max largest value it can take
 * @param reason how to explain it to a customer-care agent; null when the description must do
 */
public record FeatureSpec(
        String name,
        ValueType type,
        String unit,
        String description,
        double defaultValue,
        String defaultReason,
        double min,
        double max,
        @Nullable Reason reason,
        Definition definition,
        int line) {

    /** What values a feature takes; all travel as doubles. */
    public enum ValueType {
        INTEGER,
        NUMBER,
        FLAG
    }

    /**
     * @param code stable upper-case code
     * @param message readable text; {@code {value}} is replaced
     */
    public record Reason(String code, String message) {}

    /** Where the value comes from. */
    public sealed interface Definition {}

    /**
     * Summarises what an entity did before.
     *
     * @param group index of its group in {@link FeatureSet#groups}
     * @param window null for aggregations without one
     * @param where CEL over the past payment; null for all
     * @param of CEL over the past payment, for a rate
     * @param field for distinct and isNew
     * @param reference for reference
     * @param includeCurrent whether the current payment counts itself
     */
    public record Aggregate(
            int group,
            Aggregation aggregation,
            @Nullable Window window,
            @Nullable String where,
            @Nullable String of,
            @Nullable EventField field,
            @Nullable ReferenceField reference,
            boolean includeCurrent)
            implements Definition {}

    /**
     * Combines other features and the current payment.
     *
     * @param expression CEL
     */
    public record Derived(String expression) implements Definition {}
}
