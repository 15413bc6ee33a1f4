package io.tollgate.features.policy;

import io.tollgate.features.Lookup;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.expr.Schema;
import io.tollgate.features.expr.Slots;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.GroupSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The names that a policy's conditions and messages can use, for one feature set. Immutable and thread-safe.
 *
 * <ul>
 *   <li>Every feature by its name; features of type flag are flags.
 *   <li>Of the request: {@code amount} (number, base currency), {@code currency}, {@code mcc}, {@code
 *       merchant_country}, {@code entry_mode} (texts), {@code has_device}, {@code has_ip}, {@code has_location} (flags). A feature of the
 *       same name takes precedence.
 *   <li>Of the model: {@code score} (number, NaN if there is none) and {@code has_score} (flag).
 *   <li>Per group, {@code card:activity} say, the flags {@code new_card_activity} (nothing known of the card), {@code
 *       blind_card_activity} (could not be read), {@code missing_card_activity} (either of the two) and {@code
 *       stale_card_activity}.
 *   <li>Per fallback a flag, {@code degraded_no_model} say; see {@link Degradation}.
 * </ul>
 */
public final class PolicyVocabulary {
    private static final int NOT_A_SLOT = -1;
    private static final int FLAGS_PER_GROUP = 4;
    private static final Degradation[] DEGRADATIONS = Degradation.values();

    private final FeatureSet features;
    private final Schema schema;
    private final int amount;
    private final int score;
    private final int hasScore;
    private final int hasDevice;
    private final int hasIp;
    private final int hasLocation;
    private final int currency;
    private final int category;
    private final int country;
    private final int entryMode;
    private final int groupsFrom;
    private final int degradedFrom;

    private PolicyVocabulary(FeatureSet features) {
        this.features = features;
        Schema.Builder builder = Schema.builder();
        Set<String> taken = new HashSet<>();
        // Features come first, so that feature i has slot i and a vector is one copy.
        for (FeatureSpec feature : features.features()) {
            taken.add(feature.name());
            if (feature.type() == FeatureSpec.ValueType.FLAG) {
                builder.flag(feature.name());
            } else {
                builder.number(feature.name());
            }
        }
        declare(taken, builder::number, "amount", "score");
        declare(taken, builder::flag, "has_score", "has_device", "has_ip", "has_location");
        declare(taken, builder::text, "currency", "mcc", "merchant_country", "entry_mode");
        for (GroupSpec group : features.groups()) {
            String name = group.qualifiedName().replace(':', '_');
            builder.flag("new_" + name)
                    .flag("blind_" + name)
                    .flag("missing_" + name)
                    .flag("stale_" + name);
        }
        for (Degradation degradation : DEGRADATIONS) {
            builder.flag(degradation.variable());
        }
        schema = builder.build();
        amount = slotUnlessTaken(taken, "amount");
        score = slotUnlessTaken(taken, "score");
        hasScore = slotUnlessTaken(taken, "has_score");
        hasDevice = slotUnlessTaken(taken, "has_device");
        hasIp = slotUnlessTaken(taken, "has_ip");
        hasLocation = slotUnlessTaken(taken, "has_location");
        currency = slotUnlessTaken(taken, "currency");
        category = slotUnlessTaken(taken, "mcc");
        country = slotUnlessTaken(taken, "merchant_country");
        entryMode = slotUnlessTaken(taken, "entry_mode");
        degradedFrom = schema.slot(DEGRADATIONS[0].variable());
        groupsFrom = degradedFrom - FLAGS_PER_GROUP * features.groups().size();
    }

    /**
     * @throws IllegalArgumentException if a feature's name collides with one of the flags of groups or fallbacks, or
     *     cannot be a variable
     */
    public static PolicyVocabulary of(FeatureSet features) {
        return new PolicyVocabulary(features);
    }

    /** The feature set whose names these are. */
    public FeatureSet features() {
        return features;
    }

    /** For compiling expressions against this vocabulary. */
    public Schema schema() {
        return schema;
    }

    /** Writes all that the policy sees to slots made by {@link #schema}. Allocates nothing. */
    void fill(Slots slots, PolicyInput input) {
        slots.setNumbers(0, input.vector().values());
        Authorization authorization = input.authorization();
        number(slots, amount, input.amount());
        number(slots, score, input.score());
        number(slots, hasScore, Double.isNaN(input.score()) ? 0 : 1);
        Authorization.Device device = authorization.device();
        number(slots, hasDevice, device == null || device.id() == null ? 0 : 1);
        number(slots, hasIp, device == null || device.ip() == null ? 0 : 1);
        number(slots, hasLocation, authorization.location() == null ? 0 : 1);
        text(slots, currency, authorization.amount().currency());
        text(slots, category, authorization.merchant().categoryCode());
        text(slots, country, authorization.merchant().country());
        text(slots, entryMode, authorization.card().entryMode().name());
        List<Lookup> lookups = input.vector().lookups();
        for (int g = 0; g < lookups.size(); g++) {
            int from = groupsFrom + FLAGS_PER_GROUP * g;
            GroupHealth health = GroupHealth.of(lookups.get(g));
            slots.setFlag(from, health == GroupHealth.NEW);
            slots.setFlag(from + 1, health == GroupHealth.BLIND);
            slots.setFlag(from + 2, health == GroupHealth.NEW || health == GroupHealth.BLIND);
            slots.setFlag(from + 3, health == GroupHealth.STALE);
        }
        for (int d = 0; d < DEGRADATIONS.length; d++) {
            slots.setFlag(degradedFrom + d, input.degraded().contains(DEGRADATIONS[d]));
        }
    }

    private static void declare(Set<String> taken, Consumer<String> declaration, String... names) {
        for (String name : names) {
            if (!taken.contains(name)) {
                declaration.accept(name);
            }
        }
    }

    private int slotUnlessTaken(Set<String> taken, String name) {
        return taken.contains(name) ? NOT_A_SLOT : schema.slot(name);
    }

    private static void number(Slots slots, int slot, double value) {
        if (slot != NOT_A_SLOT) {
            slots.setNumber(slot, value);
        }
    }

    private static void text(Slots slots, int slot, String value) {
        if (slot != NOT_A_SLOT) {
            slots.setText(slot, value);
        }
    }
}
