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

    /** Messages beyond the first of each event. */
    long duplicates() {
        return messages - unreadable - events;
    }
}
