package io.tollgate.features.csv;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a field's text comes from. */
sealed interface FieldSource {

    /** The same text for every row. */
    record Constant(String value) implements FieldSource {}

    /**
     * A column's text, translated and prefixed.
     *
     * @param column name in the header
     * @param prefix put before the text, so that bare numbers of two kinds cannot be taken for each other
     * @param values translation table; empty when the text is taken as it is
     * @param otherwise what a text that the table lacks becomes; null lets it through, for the validation to judge
     * @param whenEmpty what an empty column becomes; null means that the field is absent
     */
    record Column(
            String column,
            String prefix,
            Map<String, String> values,
            @Nullable String otherwise,
            @Nullable String whenEmpty)
            implements FieldSource {
        public Column {
            values = Map.copyOf(values);
        }

        @Nullable
        String text(@Nullable String raw) {
            if (raw == null || raw.isEmpty()) {
                return whenEmpty;
            }
            String text = raw;
            if (!values.isEmpty()) {
                String translated = values.get(raw);
                if (translated != null) {
                    text = translated;
                } else if (otherwise != null) {
                    text = otherwise;
                }
            }
            return prefix.isEmpty() ? text : prefix + text;
        }
    }
}
