package io.tollgate.api.http;

import io.tollgate.api.decision.Json;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Feature sets as the API shows them. */
public final class FeatureSetViews {
    private final FeatureSet active;

    public FeatureSetViews(FeatureSet active) {
        this.active = active;
    }

    byte[] list() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("active", active.version());
            json.writeArrayPropertyStart("featureSets");
            json.writeStartObject();
            head(json);
            json.writeNumberProperty("features", active.features().size());
            json.writeNumberProperty("groups", active.groups().size());
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private void head(JsonGenerator json) {
        json.writeStringProperty("name", active.name());
        json.writeStringProperty("version", active.version());
        json.writeStringProperty("hash", active.hashText());
        json.writeStringProperty("baseCurrency", active.baseCurrency());
    }

    /** Null when there is no such version. */
    byte @Nullable [] describe(String version) {
        if (!version.equals(active.version())) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            head(json);
            json.writeArrayPropertyStart("features");
            for (FeatureSpec feature : active.features()) {
                json.writeStartObject();
                json.writeStringProperty("name", feature.name());
                json.writeStringProperty("type", feature.type().name());
                json.writeStringProperty("unit", feature.unit());
                json.writeStringProperty("description", feature.description());
                if (feature.definition() instanceof FeatureSpec.Aggregate aggregate) {
                    json.writeStringProperty(
                            "group", active.groups().get(aggregate.group()).qualifiedName());
                }
                json.writeName("default");
                Json.number(json, feature.defaultValue());
                json.writeStringProperty("defaultReason", feature.defaultReason());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
