package io.tollgate.features;

import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import org.jspecify.annotations.Nullable;

/** Which entities an event is about. */
final class Entities {
    private Entities() {}

    static @Nullable String id(EntityType type, Authorization a) {
        Authorization.Device device = a.device();
        return switch (type) {
            case CARD -> a.card().token().value();
            case ACCOUNT -> value(a.card().accountId());
            case DEVICE -> device == null ? null : value(device.id());
            case MERCHANT -> a.merchant().id().value();
            case IP -> device == null ? null : device.ip();
        };
    }

    static @Nullable String id(EntityType type, FeatureEvent event) {
        if (event instanceof FeatureEvent.Decided decided) {
            return id(type, decided.authorization());
        }
        if (event instanceof FeatureEvent.Outcome outcome) {
            return switch (type) {
                case CARD -> outcome.card().value();
                case ACCOUNT -> value(outcome.account());
                case DEVICE -> value(outcome.device());
                case MERCHANT -> outcome.merchant().value();
                case IP -> outcome.ip();
            };
        }
        FeatureEvent.Reference reference = (FeatureEvent.Reference) event;
        return switch (type) {
            case CARD -> reference.card().value();
            case ACCOUNT -> reference.account().value();
            case DEVICE, MERCHANT, IP -> null;
        };
    }

    /** Whether a group's state has a use for an event. */
    static boolean changes(GroupPlan group, FeatureEvent event) {
        if (event instanceof FeatureEvent.Decided) {
            return group.statePlan().payments();
        }
        if (event instanceof FeatureEvent.Outcome) {
            return group.statePlan().outcomes();
        }
        return group.statePlan().reference();
    }

    private static @Nullable String value(@Nullable AccountId id) {
        return id == null ? null : id.value();
    }

    private static @Nullable String value(@Nullable DeviceId id) {
        return id == null ? null : id.value();
    }
}
