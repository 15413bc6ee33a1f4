package io.tollgate.local.drill;

import java.util.List;
import java.util.Map;

/**
 * Both sides beside each other: what the callers were told, and what the hub holds.
 *
 * @param answered payments that got a decision
 * @param messages of the hub
 * @param events the same, each event counted once
 * @param repeated events that are there more than once
 * @param identical of those, events whose copies have the same bytes
 * @param missing answered payments without an event
 * @param contradicted answered payments of which no event tells the decision that was answered
 * @param unasked events of payments that nobody got an answer for
 * @param unreadable messages that are no authorizations
 */
record Comparison(
        long answered,
        long messages,
        long events,
        long repeated,
        long identical,
        List<String> missing,
        List<String> contradicted,
        long unasked,
        long unreadable) {

    /** Ids to look for in the logs. */
    private static final int SHOWN = 5;

    static Comparison of(Map<String, Told> answered, HubEvents hub) {
        Map<String, HubEvents.Copies> events = hub.byId();
        List<String> missing = answered.keySet().stream()
                .filter(id -> !events.containsKey(id))
                .sorted()
                .toList();
        List<String> contradicted = answered.entrySet().stream()
                .filter(each -> {
                    HubEvents.Copies copies = events.get(each.getKey());
                    return copies != null && !copies.tells(each.getValue());
                })
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        List<HubEvents.Copies> repeated =
                events.values().stream().filter(copies -> copies.count() > 1).toList();
        return new Comparison(
                answered.size(),
                hub.messages(),
                events.size(),
                repeated.size(),
                repeated.stream().filter(HubEvents.Copies::identical).count(),
                missing,
                contradicted,
                events.keySet().stream().filter(id -> !answered.containsKey(id)).count(),
                hub.unreadable());
    }

    /** Nothing answered is missing, nothing in the hub says otherwise. */
    boolean clean() {
        return missing.isEmpty() && contradicted.isEmpty() && unreadable == 0;
    }

    /** The counts, one a line. */
    void print(Reporter out) {
        out.say("answered                         %,9d".formatted(answered));
        out.say("messages in the hub              %,9d".formatted(messages));
        out.say("  events, each id once           %,9d".formatted(events));
        out.say("  duplicates of them             %,9d".formatted(duplicates()));
        out.say("  ids that are there repeatedly  %,9d, of which all copies are the same bytes: %,d"
                .formatted(repeated, identical));
        out.say("  of payments nobody was told of %,9d".formatted(unasked));
        out.say("  unreadable                     %,9d".formatted(unreadable));
        out.say("answered and not in the hub      %,9d %s".formatted(missing.size(), some(missing)));
        out.say("told otherwise than in the hub   %,9d %s".formatted(contradicted.size(), some(contradicted)));
    }

    /** The first of them in brackets, nothing when there are none. */
    static String some(List<String> ids) {
        return ids.isEmpty() ? "" : ids.subList(0, Math.min(SHOWN, ids.size())).toString();
    }

    /** Messages beyond the first of each event. */
    long duplicates() {
        return messages - unreadable - events;
    }
}
