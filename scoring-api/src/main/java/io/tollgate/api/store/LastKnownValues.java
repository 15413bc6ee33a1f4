package io.tollgate.api.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tollgate.features.Lookup;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.GroupSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was last read of busy merchants, for when Redis gives nothing. A merchant is paid by many, so that a replica that
 * holds a few thousand of them knows something of most payments; a card or a device is seen too seldom to be worth it.
 *
 * <p>The published bytes are held, not numbers: they are evaluated at the later payment's own time, so that what has left
 * a window since is not counted. Which merchants stay is decided by how often they are paid (W-TinyLFU, Einziger, Friedman
 * and Manes, ACM ToS 13, 2017). Thread-safe; a merchant that is held costs a payment one look-up.
 */
public final class LastKnownValues {
    /** Twice what a publisher writes for the busiest merchant: with the number of merchants, this bounds the memory. */
    private static final int MAX_BLOB_BYTES = 4_096;

    private final int[] groups;
    private final int keys;
    private final long maxAgeNanos;
    private final LongSupplier nanoClock;
    private final @Nullable Cache<String, Held> merchants;

    /** One merchant's groups; written by whichever event loop read last. */
    private static final class Held {
        private volatile Read read;

        Held(Read read) {
            this.read = read;
        }
    }

    /** By position in {@link #groups}; null where there was nothing to use. */
    @SuppressWarnings("ArrayRecordComponent") // held and handed on, never compared
    private record Read(byte[] @Nullable [] blobs, long atNanos) {}

    /**
     * @param merchants how many are held; 0 for none
     * @param maxAge how long after it was read a value is used
     */
    public LastKnownValues(FeatureSet set, int merchants, Duration maxAge, LongSupplier nanoClock) {
        this.groups = set.groups().stream()
                .filter(group -> group.entity() == EntityType.MERCHANT)
                .mapToInt(GroupSpec::index)
                .toArray();
        this.keys = set.groups().size() + set.tails().size();
        this.maxAgeNanos = maxAge.toNanos();
        this.nanoClock = nanoClock;
        this.merchants = merchants == 0 || groups.length == 0
                ? null
                : Caffeine.newBuilder()
                        .maximumSize(merchants)
                        // Upkeep is a few hundred nanoseconds now and then; a hop to another thread costs more.
                        .executor(Runnable::run)
                        .build();
    }

    /**
     * Keeps what was read for a payment.
     *
     * @param values by group index
     * @param lookups what became of them
     */
    void keep(Authorization a, byte[] @Nullable [] values, List<Lookup> lookups) {
        if (merchants == null) {
            return;
        }
        byte[][] blobs = new byte[groups.length][];
        boolean any = false;
        for (int i = 0; i < groups.length; i++) {
            byte[] blob = values[groups[i]];
            Lookup lookup = lookups.get(groups[i]);
            boolean usable = lookup instanceof Lookup.Hit || lookup instanceof Lookup.Stale;
            if (blob != null && usable && blob.length <= MAX_BLOB_BYTES) {
                blobs[i] = blob;
                any = true;
            }
        }
        if (!any) {
            return;
        }
        Read read = new Read(blobs, nanoClock.getAsLong());
        String merchant = a.merchant().id().value();
        Held held = merchants.getIfPresent(merchant);
        if (held == null) {
            merchants.put(merchant, new Held(read));
        } else {
            held.read = read;
        }
    }

    /** What is held for a payment, by group index as {@link io.tollgate.features.VectorReader} takes it; null for nothing. */
    byte @Nullable [] @Nullable [] find(Authorization a) {
        Held held = merchants == null
                ? null
                : merchants.getIfPresent(a.merchant().id().value());
        if (held == null) {
            return null;
        }
        Read read = held.read;
        if (nanoClock.getAsLong() - read.atNanos > maxAgeNanos) {
            return null;
        }
        byte[][] values = new byte[keys][];
        for (int i = 0; i < groups.length; i++) {
            values[groups[i]] = read.blobs[i];
        }
        return values;
    }
}
