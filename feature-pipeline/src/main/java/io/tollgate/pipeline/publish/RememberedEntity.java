package io.tollgate.pipeline.publish;

import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import java.nio.ByteBuffer;

/**
 * An entity's state and when its last message arrived: what the publisher keeps. After a silence longer than the {@link
 * StateHorizon} the past is forgotten and the state begins anew; only reference data stays. Mutable, confined to one
 * thread.
 */
public final class RememberedEntity {
    private static final long NEVER = Long.MIN_VALUE;

    private final EntityState state;
    private final long horizonMs;
    private long lastArrivedMs;

    private RememberedEntity(EntityState state, long horizonMs, long lastArrivedMs) {
        this.state = state;
        this.horizonMs = horizonMs;
        this.lastArrivedMs = lastArrivedMs;
    }

    /** An entity of which nothing is known. */
    public static RememberedEntity unknown(FeatureEngine engine, StateHorizon horizon, EntityType type) {
        return new RememberedEntity(engine.newState(type), horizon.millis(type), NEVER);
    }

    /** The counterpart of {@link #encode}. */
    static RememberedEntity decode(FeatureEngine engine, StateHorizon horizon, EntityType type, byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        long lastArrivedMs = bytes.getLong();
        byte[] state = new byte[bytes.remaining()];
        bytes.get(state);
        return new RememberedEntity(engine.decodeState(type, state), horizon.millis(type), lastArrivedMs);
    }

    byte[] encode() {
        byte[] encoded = state.encode();
        return ByteBuffer.allocate(Long.BYTES + encoded.length)
                .putLong(lastArrivedMs)
                .put(encoded)
                .array();
    }

    /**
     * Folds an event in. Events of one batch come in the order of their arrival.
     *
     * @param arrivedMs when its message arrived on the log, milliseconds since the epoch
     * @return false when it was folded in before, or when a newer reference record is known
     */
    public boolean fold(FeatureEvent event, long arrivedMs) {
        if (silentAt(arrivedMs)) {
            var unused = state.forgetPast();
        }
        boolean changed = state.fold(event);
        if (changed) {
            lastArrivedMs = Math.max(lastArrivedMs, arrivedMs);
        }
        return changed;
    }

    /** Whether nothing has been heard of it for so long that the next event finds a state that knows nothing. */
    boolean silentAt(long arrivedMs) {
        return lastArrivedMs != NEVER && arrivedMs - lastArrivedMs > horizonMs;
    }

    /** Milliseconds until {@link #silentAt}, from an instant on the log's clock; not positive when it is. */
    long silentIn(long arrivedMs) {
        return lastArrivedMs + horizonMs - arrivedMs;
    }

    /**
     * Forgets the past.
     *
     * @return whether anything is left to keep
     */
    boolean forget() {
        return state.forgetPast();
    }

    /** When its last message arrived, milliseconds since the epoch; {@link Long#MIN_VALUE} before the first. */
    public long lastArrivedMs() {
        return lastArrivedMs;
    }

    /** What it knows; not to be folded into from outside. */
    public EntityState state() {
        return state;
    }
}
