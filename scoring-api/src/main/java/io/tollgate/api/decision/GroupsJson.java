package io.tollgate.api.decision;

import io.tollgate.features.Lookup;
import io.tollgate.features.TailEvent;
import io.tollgate.features.spec.GroupSpec;
import java.util.List;
import java.util.function.IntPredicate;
import tools.jackson.core.JsonGenerator;

/** What was found of each group, as events and explanations show it. */
public final class GroupsJson {
    private GroupsJson() {}

    /** All groups, each with the payments that tails added to it. */
    static void write(JsonGenerator json, List<GroupSpec> groups, List<Lookup> lookups, List<TailEvent> tail) {
        write(json, groups, lookups, tail, group -> true);
    }

    /** Only the groups whose index {@code shown} accepts. */
    public static void write(JsonGenerator json, List<GroupSpec> groups, List<Lookup> lookups, IntPredicate shown) {
        write(json, groups, lookups, List.of(), shown);
    }

    private static void write(
            JsonGenerator json,
            List<GroupSpec> groups,
            List<Lookup> lookups,
            List<TailEvent> tail,
            IntPredicate shown) {
        json.writeArrayPropertyStart("groups");
        for (int i = 0; i < lookups.size(); i++) {
            if (!shown.test(i)) {
                continue;
            }
            json.writeStartObject();
            json.writeStringProperty("group", groups.get(i).qualifiedName());
            Lookup lookup = lookups.get(i);
            if (lookup instanceof Lookup.Hit hit) {
                found(json, "HIT", hit.asOfMs(), hit.publishedAtMs(), hit.sequence());
            } else if (lookup instanceof Lookup.Stale stale) {
                found(json, "STALE", stale.asOfMs(), stale.publishedAtMs(), stale.sequence());
            } else if (lookup instanceof Lookup.LastKnown known) {
                found(json, "STALE", known.asOfMs(), known.publishedAtMs(), known.sequence());
                // What tells it from a group that was read while the publisher lags.
                json.writeStringProperty("cause", known.cause().name());
            } else if (lookup instanceof Lookup.Missing missing) {
                json.writeStringProperty("outcome", "MISS");
                json.writeStringProperty("cause", missing.cause().name());
            } else {
                json.writeStringProperty("outcome", "NOT_APPLICABLE");
            }
            tail(json, tail, i);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void tail(JsonGenerator json, List<TailEvent> tail, int group) {
        boolean any = false;
        for (TailEvent event : tail) {
            if (event.in(group)) {
                if (!any) {
                    json.writeArrayPropertyStart("tail");
                    any = true;
                }
                json.writeString(event.eventId());
            }
        }
        if (any) {
            json.writeEndArray();
        }
    }

    private static void found(JsonGenerator json, String outcome, long asOfMs, long publishedAtMs, long sequence) {
        json.writeStringProperty("outcome", outcome);
        json.writeNumberProperty("asOf", asOfMs);
        json.writeNumberProperty("publishedAt", publishedAtMs);
        json.writeNumberProperty("sequence", sequence);
    }
}
