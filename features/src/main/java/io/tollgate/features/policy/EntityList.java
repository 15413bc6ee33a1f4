package io.tollgate.features.policy;

import io.tollgate.features.domain.Authorization;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Entities named in a policy, by kind, in hashed sets. Immutable. */
final class EntityList {
    /** Entries in all lists of a file; beyond it a list belongs into the reference data. */
    static final int MAX_ENTRIES = 50_000;

    /** What a list can hold. */
    enum Kind {
        CARDS("card"),
        MERCHANTS("merchant"),
        DEVICES("device"),
        IPS("network address"),
        COUNTRIES("country"),
        CATEGORIES("merchant category");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** As in a message: never with the value, which may be a token. */
        String words() {
            return words;
        }
    }

    private final Set<String> cards;
    private final Set<String> merchants;
    private final Set<String> devices;
    private final Set<String> ips;
    private final Set<String> countries;
    private final Set<String> categories;

    EntityList(Map<Kind, Set<String>> entries) {
        cards = Set.copyOf(entries.getOrDefault(Kind.CARDS, Set.of()));
        merchants = Set.copyOf(entries.getOrDefault(Kind.MERCHANTS, Set.of()));
        devices = Set.copyOf(entries.getOrDefault(Kind.DEVICES, Set.of()));
        ips = Set.copyOf(entries.getOrDefault(Kind.IPS, Set.of()));
        countries = Set.copyOf(entries.getOrDefault(Kind.COUNTRIES, Set.of()));
        categories = Set.copyOf(entries.getOrDefault(Kind.CATEGORIES, Set.of()));
    }

    /** The first kind by which the payment is on the list, or null. */
    @Nullable
    Kind match(Authorization authorization) {
        if (cards.contains(authorization.card().token().value())) {
            return Kind.CARDS;
        }
        if (merchants.contains(authorization.merchant().id().value())) {
            return Kind.MERCHANTS;
        }
        if (countries.contains(authorization.merchant().country())) {
            return Kind.COUNTRIES;
        }
        if (categories.contains(authorization.merchant().categoryCode())) {
            return Kind.CATEGORIES;
        }
        Authorization.Device device = authorization.device();
        if (device == null) {
            return null;
        }
        if (device.id() != null && devices.contains(device.id().value())) {
            return Kind.DEVICES;
        }
        return device.ip() != null && ips.contains(device.ip()) ? Kind.IPS : null;
    }
}
