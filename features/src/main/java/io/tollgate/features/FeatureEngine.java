package io.tollgate.features;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.GroupSpec;
import io.tollgate.features.state.GroupState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A feature set, compiled: the one place from which stream, backfill, training and service get their numbers.
 * Immutable and thread-safe; what is mutable ({@link VectorReader}, {@link EntityState}) is handed out per thread.
 */
public final class FeatureEngine {
    private final FeatureSet set;
    private final IdHasher hasher;
    private final CurrencyRates rates;
    private final List<GroupPlan> groups;
    private final Map<EntityType, List<GroupPlan>> groupsByEntity = new EnumMap<>(EntityType.class);
    private final DerivedFeatures derived;
    private final double[] defaults;
    private final byte[][] keyPrefixes;
    private final byte[][] keySuffixes;
    private final byte[] progressKey;
    private final int hash;
    private final String hashText;

    private FeatureEngine(FeatureSet set, IdHasher hasher, CurrencyRates rates) {
        this.set = set;
        this.hasher = hasher;
        this.rates = rates;
        this.hash = set.hash();
        this.hashText = set.hashText();
        List<GroupPlan> compiled = new ArrayList<>();
        for (GroupSpec group : set.groups()) {
            GroupPlan plan = new GroupCompiler(set, group).compile();
            compiled.add(plan);
            groupsByEntity
                    .computeIfAbsent(group.entity(), type -> new ArrayList<>())
                    .add(plan);
        }
        this.groups = List.copyOf(compiled);
        this.derived = new DerivedFeatures(set);
        this.defaults =
                set.features().stream().mapToDouble(FeatureSpec::defaultValue).toArray();
        this.keyPrefixes = new byte[groups.size() + set.tails().size()][];
        this.keySuffixes = new byte[keyPrefixes.length][];
        for (GroupSpec group : set.groups()) {
            String prefix = "fs:" + set.version() + ":{" + group.entity().lowerCase() + ":";
            keyPrefixes[group.index()] = prefix.getBytes(StandardCharsets.US_ASCII);
            keySuffixes[group.index()] = ("}:" + group.name()).getBytes(StandardCharsets.US_ASCII);
        }
        for (int i = 0; i < set.tails().size(); i++) {
            String prefix = "fs:" + set.version() + ":{" + set.tails().get(i).lowerCase() + ":";
            keyPrefixes[groups.size() + i] = prefix.getBytes(StandardCharsets.US_ASCII);
            keySuffixes[groups.size() + i] = "}:tail".getBytes(StandardCharsets.US_ASCII);
        }
        this.progressKey = ("fs:" + set.version() + ":progress").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * @throws FeatureSetException when an expression does not compile, features form a cycle, or tiles do not fit
     * @throws IllegalArgumentException when the rates are to another base currency than the set's
     */
    public static FeatureEngine compile(FeatureSet set, IdHasher hasher, CurrencyRates rates) {
        if (!rates.base().equals(set.baseCurrency())) {
            throw new IllegalArgumentException("feature set " + set.id() + " counts in " + set.baseCurrency()
                    + " but the rates table is to " + rates.base() + "; give a table with base " + set.baseCurrency());
        }
        return new FeatureEngine(set, hasher, rates);
    }

    /** With the built-in rates table, turned to the set's base currency. */
    public static FeatureEngine compile(FeatureSet set, IdHasher hasher) {
        return compile(set, hasher, CurrencyRates.builtIn().rebased(set.baseCurrency()));
    }

    public FeatureSet featureSet() {
        return set;
    }

    /** {@link FeatureSet#hashText}, computed once. */
    public String hashText() {
        return hashText;
    }

    public int vectorLength() {
        return defaults.length;
    }

    /** What each feature is worth when nothing is known; a fresh copy. */
    public double[] defaults() {
        return defaults.clone();
    }

    /** Whether payments of this currency can be compared with others at that instant. */
    public boolean supportsCurrency(String currency, Instant at) {
        return rates.covers(currency, at);
    }

    /**
     * The keys to read for a payment, by group index, and behind them those of the tails; null where the payment has no
     * such entity. All of an entity's keys share a cluster slot.
     */
    public byte[][] keys(Authorization a) {
        Map<EntityType, String> idHashes = new EnumMap<>(EntityType.class);
        byte[][] keys = new byte[keyPrefixes.length][];
        for (int i = 0; i < keys.length; i++) {
            EntityType type = entityOfKey(i);
            String idHash = idHashes.computeIfAbsent(type, t -> {
                String id = Entities.id(t, a);
                return id == null ? null : hasher.idHash(t, id);
            });
            if (idHash != null) {
                keys[i] = groupKey(i, idHash);
            }
        }
        return keys;
    }

    private EntityType entityOfKey(int key) {
        return key < groups.size()
                ? groups.get(key).spec().entity()
                : set.tails().get(key - groups.size());
    }

    /** What to append after a payment was decided, so that the next one of its card or device sees it. */
    public List<Tail.Append> tailAppends(FeatureEvent.Decided event) {
        List<Tail.Append> appends = new ArrayList<>(set.tails().size());
        byte[] entry = Tail.entry(event);
        for (EntityType type : set.tails()) {
            String id = Entities.id(type, event);
            if (id != null) {
                appends.add(new Tail.Append(tailKey(type, hasher.idHash(type, id)), entry));
            }
        }
        return appends;
    }

    /**
     * {@code fs:<version>:{<entity>:<idHash>}:tail}.
     *
     * @throws IllegalArgumentException when the set declares no tail for the entity
     */
    public byte[] tailKey(EntityType type, String idHash) {
        int tail = set.tails().indexOf(type);
        if (tail < 0) {
            throw new IllegalArgumentException(set.id() + " declares no tail for " + type.lowerCase());
        }
        return groupKey(groups.size() + tail, idHash);
    }

    /** {@code fs:<version>:{<entity>:<idHash>}:+state}: what the real-time publisher keeps; no group has such a name. */
    public byte[] stateKey(EntityType type, String idHash) {
        return ("fs:" + set.version() + ":{" + type.lowerCase() + ":" + idHash + "}:+state")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** {@code fs:<version>:{<entity>:<idHash>}:<group>}. */
    public byte[] groupKey(int group, String idHash) {
        byte[] prefix = keyPrefixes[group];
        byte[] suffix = keySuffixes[group];
        byte[] key = new byte[prefix.length + idHash.length() + suffix.length];
        System.arraycopy(prefix, 0, key, 0, prefix.length);
        for (int i = 0; i < idHash.length(); i++) {
            key[prefix.length + i] = (byte) idHash.charAt(i);
        }
        System.arraycopy(suffix, 0, key, prefix.length + idHash.length(), suffix.length);
        return key;
    }

    /** Where the publisher writes how far it has come: {@code fs:<version>:progress}. */
    public byte[] progressKey() {
        return progressKey.clone();
    }

    /** For one thread of the service. */
    public VectorReader reader() {
        return new VectorReader(this);
    }

    /** The entities whose state an event changes. */
    public List<EntityRef> entitiesOf(FeatureEvent event) {
        List<EntityRef> entities = new ArrayList<>();
        for (var entry : groupsByEntity.entrySet()) {
            String id = Entities.id(entry.getKey(), event);
            if (id != null && entry.getValue().stream().anyMatch(group -> Entities.changes(group, event))) {
                entities.add(new EntityRef(entry.getKey(), hasher.idHash(entry.getKey(), id)));
            }
        }
        return entities;
    }

    /** The hashed id of the payment's card, as it stands in keys. */
    public String cardIdHash(Authorization a) {
        return hasher.idHash(EntityType.CARD, a.card().token().value());
    }

    /** The entities whose groups a payment's vector is read from. */
    public List<EntityRef> entitiesReadBy(Authorization a) {
        List<EntityRef> entities = new ArrayList<>();
        for (EntityType type : groupsByEntity.keySet()) {
            String id = Entities.id(type, a);
            if (id != null) {
                entities.add(new EntityRef(type, hasher.idHash(type, id)));
            }
        }
        return entities;
    }

    /** State of an entity of which nothing is known, for events in any order and more than once. */
    public EntityState newState(EntityType type) {
        return new EntityState(this, type, true);
    }

    /** State of an entity for events that come once and in order, as a backfill has them; publishes the same bytes. */
    public EntityState newOrderedState(EntityType type) {
        return new EntityState(this, type, false);
    }

    /** The states of all entities of a type that the set has groups for, for a history that is walked through in order. */
    public OrderedStates newOrderedStates(EntityType type) {
        return new OrderedStates(this, type);
    }

    /** The types of entities that the set has groups for. */
    public Set<EntityType> entityTypes() {
        return Collections.unmodifiableSet(groupsByEntity.keySet());
    }

    /**
     * The counterpart of {@link EntityState#encode}.
     *
     * @throws io.tollgate.features.state.CorruptStateException when the bytes are none of this set's
     */
    public EntityState decodeState(EntityType type, byte[] bytes) {
        EntityState state = new EntityState(this, type, true);
        state.decode(bytes);
        return state;
    }

    /** Adds the derived features to a vector whose other features are there. Allocates; see {@link #deriver}. */
    public void derive(Authorization a, double[] vector) {
        deriver().derive(a, baseCents(a), vector);
    }

    /** Does the same for one payment after another. */
    public Deriver deriver() {
        return new Deriver(derived);
    }

    /** Slots of the vector that a group fills. */
    public int[] slots(int group) {
        List<FeatureSpec> features = set.features();
        return java.util.stream.IntStream.range(0, features.size())
                .filter(slot -> features.get(slot).definition() instanceof FeatureSpec.Aggregate aggregate
                        && aggregate.group() == group)
                .toArray();
    }

    /** The groups that a feature is read from: its own, or all those behind what it is derived from. */
    public BitSet groupsBehind(int slot) {
        return derived.groups(slot);
    }

    /**
     * The payment's amount in the set's base currency.
     *
     * @throws IllegalArgumentException if there is no rate; see {@link #supportsCurrency}
     */
    public double baseAmount(Authorization a) {
        return baseCents(a) / 100.0;
    }

    /** The same in hundredths of its major unit, rounded half to even: what is counted. */
    public long baseCents(Authorization a) {
        return rates.toBaseCents(a.amount(), a.occurredAt());
    }

    String idHash(EntityType type, String id) {
        return hasher.idHash(type, id);
    }

    IdHasher hasher() {
        return hasher;
    }

    List<GroupPlan> groups() {
        return groups;
    }

    List<GroupPlan> groups(EntityType type) {
        return groupsByEntity.getOrDefault(type, List.of());
    }

    DerivedFeatures derived() {
        return derived;
    }

    int hash() {
        return hash;
    }

    GroupState newGroupState(GroupPlan plan, boolean duplicates) {
        return new GroupState(duplicates ? plan.statePlan() : plan.orderedStatePlan());
    }
}
