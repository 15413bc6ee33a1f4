package io.tollgate.api.http;

import io.tollgate.api.decision.Json;
import io.tollgate.api.sets.FleetSwitch;
import io.tollgate.api.sets.LoadedSet;
import io.tollgate.api.sets.LoadedSets;
import io.tollgate.api.sets.UnloadedSet;
import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.features.spec.ActiveFeatureSet.Reference;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Feature sets as the API shows them. */
public final class FeatureSetViews {
    private final LoadedSets sets;
    private final FleetSwitch fleet;

    public FeatureSetViews(LoadedSets sets, FleetSwitch fleet) {
        this.sets = sets;
        this.fleet = fleet;
    }

    /** What this replica serves, what the fleet serves, and what could be served. */
    byte[] list() {
        return object(json -> {
            LoadedSet serving = sets.serving();
            json.writeStringProperty("active", serving.set().version());
            fleet(json, fleet.fleet());
            nullable(json, "problem", fleet.problem());
            json.writeArrayPropertyStart("featureSets");
            for (LoadedSet loaded : sets.all()) {
                json.writeStartObject();
                summary(json, loaded.set());
                json.writeStringProperty("state", loaded.equals(serving) ? "ACTIVE" : "READY");
                nullable(json, "model", loaded.model());
                json.writeObjectPropertyStart("pipeline");
                json.writeNumberProperty("stalenessMs", loaded.progress().stalenessMs());
                json.writeNumberProperty("newestEventMs", loaded.progress().newestEventMs());
                json.writeBooleanProperty("alive", loaded.progress().alive());
                json.writeEndObject();
                json.writeEndObject();
            }
            for (UnloadedSet unloaded : fleet.unloaded()) {
                json.writeStartObject();
                summary(json, unloaded.set());
                json.writeStringProperty("state", "REFUSED");
                json.writeStringProperty("problem", unloaded.problem());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** Answers a switch. */
    static byte[] switched(ActiveFeatureSet now) {
        return object(json -> {
            json.writeStringProperty("active", now.active().version());
            fleet(json, now);
        });
    }

    /** Answers a publication. */
    static byte[] published(FeatureSet set) {
        return object(json -> head(json, set));
    }

    /** Null when there is no such version. */
    byte @Nullable [] describe(String version) {
        for (LoadedSet loaded : sets.all()) {
            if (loaded.set().version().equals(version)) {
                return describe(loaded.set());
            }
        }
        for (UnloadedSet unloaded : fleet.unloaded()) {
            if (unloaded.set().version().equals(version)) {
                return describe(unloaded.set());
            }
        }
        return null;
    }

    private static byte[] describe(FeatureSet set) {
        return object(json -> {
            head(json, set);
            json.writeArrayPropertyStart("features");
            for (FeatureSpec feature : set.features()) {
                feature(json, set, feature);
            }
            json.writeEndArray();
        });
    }

    private static void feature(JsonGenerator json, FeatureSet set, FeatureSpec feature) {
        json.writeStartObject();
        json.writeStringProperty("name", feature.name());
        json.writeStringProperty("type", feature.type().name());
        json.writeStringProperty("unit", feature.unit());
        json.writeStringProperty("description", feature.description());
        if (feature.definition() instanceof FeatureSpec.Aggregate aggregate) {
            json.writeStringProperty(
                    "group", set.groups().get(aggregate.group()).qualifiedName());
        }
        json.writeName("default");
        Json.number(json, feature.defaultValue());
        json.writeStringProperty("defaultReason", feature.defaultReason());
        json.writeEndObject();
    }

    private static void fleet(JsonGenerator json, ActiveFeatureSet now) {
        json.writeNumberProperty("revision", now.revision());
        json.writeStringProperty("fleet", now.active().version());
        Reference previous = now.previous();
        nullable(json, "previous", previous == null ? null : previous.version());
    }

    private static void summary(JsonGenerator json, FeatureSet set) {
        head(json, set);
        json.writeNumberProperty("features", set.features().size());
        json.writeNumberProperty("groups", set.groups().size());
    }

    private static void head(JsonGenerator json, FeatureSet set) {
        json.writeStringProperty("name", set.name());
        json.writeStringProperty("version", set.version());
        json.writeStringProperty("hash", set.hashText());
        json.writeStringProperty("baseCurrency", set.baseCurrency());
    }

    private static void nullable(JsonGenerator json, String name, @Nullable String value) {
        json.writeName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value);
        }
    }

    private static byte[] object(Consumer<JsonGenerator> fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            fields.accept(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
