package io.tollgate.features;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.expr.FlagExpression;
import io.tollgate.features.expr.Schema;
import io.tollgate.features.expr.Slots;
import io.tollgate.features.spec.EventField;
import io.tollgate.features.state.Observation;
import io.tollgate.features.state.ReferenceRecord;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns events into what groups remember of them. One event is taken in at a time, then observed for each group.
 * Confined to one thread.
 */
final class Observer {
    /** What a {@code where} may name: the past payment's own fields and what was decided of it. */
    static final Schema SCHEMA = Schema.builder()
            .number("amount")
            .number("hour")
            .number("day_of_week")
            .number("score")
            .flag("has_device")
            .flag("has_ip")
            .flag("has_location")
            .text("currency")
            .text("mcc")
            .text("merchant_country")
            .text("entry_mode")
            .text("decision")
            .build();

    private static final int AMOUNT = SCHEMA.slot("amount");
    private static final int HOUR = SCHEMA.slot("hour");
    private static final int DAY_OF_WEEK = SCHEMA.slot("day_of_week");
    private static final int SCORE = SCHEMA.slot("score");
    private static final int HAS_DEVICE = SCHEMA.slot("has_device");
    private static final int HAS_IP = SCHEMA.slot("has_ip");
    private static final int HAS_LOCATION = SCHEMA.slot("has_location");
    private static final int CURRENCY = SCHEMA.slot("currency");
    private static final int MCC = SCHEMA.slot("mcc");
    private static final int MERCHANT_COUNTRY = SCHEMA.slot("merchant_country");
    private static final int ENTRY_MODE = SCHEMA.slot("entry_mode");
    private static final int DECISION = SCHEMA.slot("decision");
    private static final double CENTS = 100.0;
    private static final int LETTERS = 26;

    private static final long UNKNOWN = -1;
    private static final long[] NONE = {};

    private final FeatureEngine engine;
    private final Slots slots = SCHEMA.newSlots();

    /** Hashes of the taken payment's values by field, computed for the first group that asks. */
    private final long[] hashes = new long[GroupPlan.FIELDS.size()];

    /** The payment whose hashes these are. */
    private @Nullable Authorization taken;

    private long takenCents;

    /** Whether its fields are in the slots, too. */
    private boolean filled;

    Observer(FeatureEngine engine) {
        this.engine = engine;
    }

    /** A past payment. */
    Observation observe(GroupPlan group, FeatureEvent.Decided event, long cents) {
        return observe(group, event.authorization(), event.decision().name(), event.score(), cents);
    }

    /** The payment that asks: nothing is decided of it yet. */
    Observation observe(GroupPlan group, Authorization a, long cents) {
        return observe(group, a, "", Double.NaN, cents);
    }

    @SuppressWarnings("ReferenceEquality") // the same payment for the next group; another equal one is taken in again
    private Observation observe(GroupPlan group, Authorization a, String decision, double score, long cents) {
        if (a != taken || cents != takenCents) {
            take(a, cents);
        }
        long atMs = a.occurredAt().toEpochMilli();
        GeoPoint location = group.keepsPositions() ? a.location() : null;
        return new Observation(
                atMs,
                false,
                a.transactionId().value(),
                atMs,
                filters(group, a, decision, score),
                cents,
                seen(group, a),
                location == null ? Observation.NO_POSITION : Observation.toE7(location.lat()),
                location == null ? Observation.NO_POSITION : Observation.toE7(location.lon()));
    }

    /** The truth about a past payment; only fraud is counted, so that "genuine" changes nothing but the order. */
    Observation observe(GroupPlan group, FeatureEvent.Outcome event) {
        return new Observation(
                event.timeMs(),
                true,
                event.eventId(),
                event.occurredAt().toEpochMilli(),
                event.fraud() ? 1 : 0,
                0,
                group.seenFields().length == 0 ? NONE : new long[group.seenFields().length],
                Observation.NO_POSITION,
                Observation.NO_POSITION);
    }

    static ReferenceRecord record(FeatureEvent.Reference event) {
        GeoPoint home = event.home();
        return new ReferenceRecord(
                event.timeMs(),
                switch (event.status()) {
                    case ACTIVE -> 0;
                    case BLOCKED -> 1;
                    case CLOSED -> 2;
                },
                event.openedAt().toEpochMilli(),
                countryCode(event.homeCountry()),
                home == null ? Observation.NO_POSITION : Observation.toE7(home.lat()),
                home == null ? Observation.NO_POSITION : Observation.toE7(home.lon()),
                event.creditLimit());
    }

    /** {@code 26 * first letter + second letter}, A = 0. */
    static int countryCode(String country) {
        return LETTERS * (country.charAt(0) - 'A') + (country.charAt(1) - 'A');
    }

    private long filters(GroupPlan group, Authorization a, String decision, double score) {
        FlagExpression[] filters = group.filters();
        long bits = 1;
        if (filters.length > 0) {
            if (!filled) {
                fill(a);
            }
            slots.setNumber(SCORE, score);
            slots.setText(DECISION, decision);
            for (int i = 0; i < filters.length; i++) {
                bits |= filters[i].test(slots) ? 2L << i : 0;
            }
        }
        return bits;
    }

    private void take(Authorization a, long cents) {
        taken = a;
        takenCents = cents;
        filled = false;
        Arrays.fill(hashes, UNKNOWN);
    }

    private void fill(Authorization a) {
        filled = true;
        Authorization.Device device = a.device();
        long atMs = a.occurredAt().toEpochMilli();
        slots.setNumber(AMOUNT, takenCents / CENTS);
        slots.setNumber(HOUR, UtcCalendar.hour(atMs));
        slots.setNumber(DAY_OF_WEEK, UtcCalendar.dayOfWeek(atMs));
        slots.setFlag(HAS_DEVICE, device != null && device.id() != null);
        slots.setFlag(HAS_IP, device != null && device.ip() != null);
        slots.setFlag(HAS_LOCATION, a.location() != null);
        slots.setText(CURRENCY, a.amount().currency());
        slots.setText(MCC, a.merchant().categoryCode());
        slots.setText(MERCHANT_COUNTRY, a.merchant().country());
        slots.setText(ENTRY_MODE, a.card().entryMode().name());
    }

    private long[] seen(GroupPlan group, Authorization a) {
        EventField[] fields = group.seenFields();
        if (fields.length == 0) {
            return NONE;
        }
        long[] seen = new long[fields.length];
        for (int i = 0; i < fields.length; i++) {
            int field = group.fieldNumber(i);
            if (hashes[field] == UNKNOWN) {
                String value = value(fields[i], a);
                hashes[field] = value == null ? 0 : engine.hasher().valueHash(value);
            }
            seen[i] = hashes[field];
        }
        return seen;
    }

    private static @Nullable String value(EventField field, Authorization a) {
        Authorization.Device device = a.device();
        return switch (field) {
            case CARD -> a.card().token().value();
            case ACCOUNT ->
                a.card().accountId() == null ? null : a.card().accountId().value();
            case DEVICE ->
                device == null || device.id() == null ? null : device.id().value();
            case MERCHANT -> a.merchant().id().value();
            case IP -> device == null ? null : device.ip();
            case MERCHANT_COUNTRY -> a.merchant().country();
            case CATEGORY_CODE -> a.merchant().categoryCode();
            case ENTRY_MODE -> a.card().entryMode().name();
            case CURRENCY -> a.amount().currency();
        };
    }
}
