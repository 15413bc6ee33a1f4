package io.tollgate.pipeline.sets;

import io.tollgate.features.EntityRef;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.Lookup;
import io.tollgate.features.VectorReader;
import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.GroupSpec;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares what two feature sets know of the same entities, as a payment at one instant would see it. Values are compared
 * only where both groups stand at the same event: one publisher may be ahead of the other. A derived feature
 * is compared for each entity that it is read from, with what it takes from other entities at its default. Confined to
 * one thread.
 */
final class Coverage {
    private final Side before;
    private final Side after;
    private final Instant at;
    private final Map<String, GroupCoverage> groups = new TreeMap<>();
    private final Map<String, Difference> features = new LinkedHashMap<>();
    private int entities;
    private int covered;

    /** One of the two sets. */
    private static final class Side {
        final FeatureEngine engine;
        final VectorReader reader;
        final Authorization probe;
        final Map<String, Integer> slots = new LinkedHashMap<>();

        Side(FeatureEngine engine, Instant at) {
            this.engine = engine;
            this.reader = engine.reader();
            this.probe = probe(at, engine.featureSet().baseCurrency());
            List<FeatureSpec> specs = engine.featureSet().features();
            for (int slot = 0; slot < specs.size(); slot++) {
                slots.put(specs.get(slot).name(), slot);
            }
        }

        List<GroupSpec> groupsOf(EntityType type) {
            return engine.featureSet().groups().stream()
                    .filter(group -> group.entity() == type)
                    .toList();
        }

        /** When the newest event in each of the groups behind a feature was, of those that were found. */
        Map<String, Long> standing(int slot, FeatureVector vector) {
            Map<String, Long> standing = new HashMap<>();
            engine.groupsBehind(slot).stream().forEach(group -> {
                if (vector.lookups().get(group) instanceof Lookup.Hit found) {
                    standing.put(engine.featureSet().groups().get(group).qualifiedName(), found.asOfMs());
                }
            });
            return standing;
        }

        FeatureVector read(byte[] @Nullable [] values) {
            return reader.read(probe, values, false);
        }

        byte[] @Nullable [] none() {
            return new byte
                    [engine.featureSet().groups().size()
                            + engine.featureSet().tails().size()][];
        }
    }

    /** What both hold of a group. */
    static final class GroupCoverage {
        int before;
        int after;
        long bytesBefore;
        long bytesAfter;
    }

    /** How a feature of one name differs. */
    static final class Difference {
        int compared;
        int different;
        int apart;
        double sumBefore;
        double sumAfter;
    }

    /**
     * @param at the instant that windows end at
     */
    Coverage(FeatureEngine before, FeatureEngine after, Instant at) {
        this.before = new Side(before, at);
        this.after = new Side(after, at);
        this.at = at;
        this.before.slots.keySet().stream()
                .filter(this.after.slots::containsKey)
                .forEach(name -> features.put(name, new Difference()));
    }

    /** The keys of an entity in both sets, all in one cluster slot: those of the first, then those of the second. */
    byte[][] keys(EntityRef entity) {
        List<byte[]> keys = new ArrayList<>();
        for (Side side : List.of(before, after)) {
            for (GroupSpec group : side.groupsOf(entity.type())) {
                keys.add(side.engine.groupKey(group.index(), entity.idHash()));
            }
        }
        return keys.toArray(byte[][]::new);
    }

    /**
     * @param found what stands under {@link #keys}, null for nothing
     */
    void add(EntityRef entity, List<byte[]> found) {
        List<GroupSpec> first = before.groupsOf(entity.type());
        List<GroupSpec> second = after.groupsOf(entity.type());
        byte[] @Nullable [] was = place(before, first, found.subList(0, first.size()), true);
        byte[] @Nullable [] is = place(after, second, found.subList(first.size(), found.size()), false);
        entities++;
        if (found.subList(first.size(), found.size()).stream().anyMatch(blob -> blob != null)) {
            covered++;
        }
        FeatureVector left = before.read(was);
        FeatureVector right = after.read(is);
        features.forEach((name, difference) -> compare(name, difference, left, right));
    }

    private byte[] @Nullable [] place(Side side, List<GroupSpec> specs, List<byte[]> blobs, boolean isBefore) {
        byte[] @Nullable [] values = side.none();
        for (int i = 0; i < specs.size(); i++) {
            byte[] blob = blobs.get(i);
            values[specs.get(i).index()] = blob;
            GroupCoverage group = groups.computeIfAbsent(specs.get(i).qualifiedName(), name -> new GroupCoverage());
            if (blob != null && isBefore) {
                group.before++;
                group.bytesBefore += blob.length;
            } else if (blob != null) {
                group.after++;
                group.bytesAfter += blob.length;
            }
        }
        return values;
    }

    private void compare(String name, Difference difference, FeatureVector left, FeatureVector right) {
        int was = slot(before, name);
        int is = slot(after, name);
        Map<String, Long> seen = before.standing(was, left);
        Map<String, Long> seenToo = after.standing(is, right);
        if (seen.isEmpty() || seenToo.isEmpty()) {
            return;
        }
        if (!seen.equals(seenToo)) {
            difference.apart++;
            return;
        }
        double a = left.values()[was];
        double b = right.values()[is];
        difference.compared++;
        difference.different += Double.compare(a, b) == 0 ? 0 : 1;
        difference.sumBefore += a;
        difference.sumAfter += b;
    }

    private static int slot(Side side, String name) {
        Integer slot = side.slots.get(name);
        if (slot == null) {
            throw new IllegalStateException("only features that both sets have are compared");
        }
        return slot;
    }

    int entities() {
        return entities;
    }

    /** Entities of the first set of which the second knows anything. */
    int covered() {
        return covered;
    }

    Instant at() {
        return at;
    }

    /** By qualified name. */
    Map<String, GroupCoverage> groups() {
        return groups;
    }

    /** By name, in the first set's order; features that both have. */
    Map<String, Difference> features() {
        return features;
    }

    /** A payment that has every entity; it is what the groups are evaluated for, not what they are read by. */
    private static Authorization probe(Instant at, String currency) {
        return new Authorization(
                new TransactionId("coverage"),
                Instant.ofEpochMilli(at.toEpochMilli()),
                new Money(BigDecimal.ZERO, currency),
                new Authorization.Card(new CardToken("coverage"), new AccountId("coverage"), EntryMode.ECOM),
                new Authorization.Merchant(new MerchantId("coverage"), "0000", "ZZ"),
                new Authorization.Device(new DeviceId("coverage"), "192.0.2.1"),
                null);
    }
}
