package io.tollgate.api.decision;

import io.tollgate.features.Lookup;
import io.tollgate.features.TailEvent;
import io.tollgate.features.spec.GroupSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntPredicate;
import tools.jackson.core.JsonGenerator;

/** What was found of each group of a set, as events and explanations show it. Immutable and thread-safe. */
public final class GroupsJson {
    private static final int TYPICAL_BYTES = 1_024;

    private static final byte[] GROUPS = JsonBytes.name("groups");
    private static final byte[] GROUP = JsonBytes.name("group");
    private static final byte[] OUTCOME = JsonBytes.name("outcome");
    private static final byte[] CAUSE = JsonBytes.name("cause");
    private static final byte[] AS_OF = JsonBytes.name("asOf");
    private static final byte[] PUBLISHED_AT = JsonBytes.name("publishedAt");
    private static final byte[] SEQUENCE = JsonBytes.name("sequence");
    private static final byte[] TAIL = JsonBytes.name("tail");

    private final List<String> names;

    public GroupsJson(List<GroupSpec> groups) {
        names = groups.stream().map(GroupSpec::qualifiedName).toList();
    }

    /** As the next property of an object, only the groups whose index {@code shown} accepts. */
    public void write(JsonGenerator json, List<Lookup> lookups, IntPredicate shown) {
        write(json, lookups, List.of(), shown);
    }

    /** As the next property of an object, all groups, each with the payments that tails added to it. */
    void write(JsonGenerator json, List<Lookup> lookups, List<TailEvent> tail) {
        write(json, lookups, tail, group -> true);
    }

    private void write(JsonGenerator json, List<Lookup> lookups, List<TailEvent> tail, IntPredicate shown) {
        JsonBytes array = new JsonBytes(TYPICAL_BYTES);
        array(array, lookups, tail, shown);
        json.writeName("groups");
        json.writeRawValue(new String(array.toByteArray(), StandardCharsets.UTF_8));
    }

    /** As the next property of an object. */
    void write(JsonBytes json, List<Lookup> lookups, List<TailEvent> tail, IntPredicate shown) {
        array(json.named(GROUPS), lookups, tail, shown);
    }

    private void array(JsonBytes json, List<Lookup> lookups, List<TailEvent> tail, IntPredicate shown) {
        json.startArray();
        for (int i = 0; i < lookups.size(); i++) {
            if (shown.test(i)) {
                json.startObject().text(GROUP, names.get(i));
                outcome(json, lookups.get(i));
                tail(json, tail, i);
                json.endObject();
            }
        }
        json.endArray();
    }

    private static void outcome(JsonBytes json, Lookup lookup) {
        if (lookup instanceof Lookup.Hit hit) {
            found(json, "HIT", hit.asOfMs(), hit.publishedAtMs(), hit.sequence());
        } else if (lookup instanceof Lookup.Stale stale) {
            found(json, "STALE", stale.asOfMs(), stale.publishedAtMs(), stale.sequence());
        } else if (lookup instanceof Lookup.LastKnown known) {
            found(json, "STALE", known.asOfMs(), known.publishedAtMs(), known.sequence());
            // What tells it from a group that was read while the publisher lags.
            json.text(CAUSE, known.cause().name());
        } else if (lookup instanceof Lookup.Missing missing) {
            json.text(OUTCOME, "MISS").text(CAUSE, missing.cause().name());
        } else {
            json.text(OUTCOME, "NOT_APPLICABLE");
        }
    }

    private static void found(JsonBytes json, String outcome, long asOfMs, long publishedAtMs, long sequence) {
        json.text(OUTCOME, outcome)
                .whole(AS_OF, asOfMs)
                .whole(PUBLISHED_AT, publishedAtMs)
                .whole(SEQUENCE, sequence);
    }

    private static void tail(JsonBytes json, List<TailEvent> tail, int group) {
        boolean any = false;
        for (TailEvent event : tail) {
            if (event.in(group)) {
                if (!any) {
                    json.startArray(TAIL);
                    any = true;
                }
                json.text(event.eventId());
            }
        }
        if (any) {
            json.endArray();
        }
    }

    /** All payments that came from tails. */
    static void tail(JsonBytes json, List<TailEvent> tail) {
        json.startArray(TAIL);
        tail.forEach(event -> json.text(event.eventId()));
        json.endArray();
    }
}
