package io.tollgate.features.policy;

import io.tollgate.features.expr.Schema;
import io.tollgate.features.expr.Slots;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Says what a feature's part in a score means, for the reasons of payments that were not approved. A feature declares
 * its code and message in the feature set; one that does not gets its name in capitals and its description. Immutable and
 * thread-safe.
 */
public final class ReasonCatalogue {
    private static final Schema NUMBER = Schema.builder().number("value").build();
    private static final Schema FLAG = Schema.builder().flag("value").build();

    private final List<Entry> entries;
    private final List<MessageTemplate> templates;
    private final List<Schema> schemas;

    /**
     * A line of the catalogue.
     *
     * @param feature whose contribution the reason stands for
     * @param message with {@code {value}} where the feature's value goes
     */
    public record Entry(String feature, String code, String message) {}

    private ReasonCatalogue(List<Entry> entries, List<MessageTemplate> templates, List<Schema> schemas) {
        this.entries = List.copyOf(entries);
        this.templates = List.copyOf(templates);
        this.schemas = List.copyOf(schemas);
    }

    /**
     * @throws IllegalArgumentException if a message has a placeholder other than {@code {value}} and {@code
     *     {value:decimals}}
     */
    public static ReasonCatalogue of(FeatureSet features) {
        List<Entry> entries = new ArrayList<>();
        List<MessageTemplate> templates = new ArrayList<>();
        List<Schema> schemas = new ArrayList<>();
        for (FeatureSpec feature : features.features()) {
            Entry entry = entry(feature);
            Schema schema = feature.type() == FeatureSpec.ValueType.FLAG ? FLAG : NUMBER;
            try {
                templates.add(MessageTemplate.compile(entry.message(), schema));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "feature " + feature.name() + ": reason: message: " + e.getMessage(), e);
            }
            entries.add(entry);
            schemas.add(schema);
        }
        return new ReasonCatalogue(entries, templates, schemas);
    }

    /**
     * The reason that a feature gives.
     *
     * @param feature index in the feature set
     * @param value of the feature, as served
     * @param weight its share of all that raised the score, 0 to 1
     */
    public Reason forFeature(int feature, double value, double weight) {
        Schema schema = schemas.get(feature);
        Slots slots = schema.newSlots();
        slots.setNumber(schema.slot("value"), value);
        return new Reason(entries.get(feature).code(), templates.get(feature).format(slots), weight);
    }

    /** One entry per feature, in the order of the feature set. */
    public List<Entry> entries() {
        return entries;
    }

    private static Entry entry(FeatureSpec feature) {
        FeatureSpec.Reason declared = feature.reason();
        if (declared != null) {
            return new Entry(feature.name(), declared.code(), declared.message());
        }
        // The description is prose, not a template: what looks like a placeholder in it is none.
        String description = feature.description().replace('{', '(').replace('}', ')');
        String value = feature.type() == FeatureSpec.ValueType.FLAG ? "{value}" : "{value} " + feature.unit();
        return new Entry(feature.name(), feature.name().toUpperCase(Locale.ROOT), description + ": " + value);
    }
}
