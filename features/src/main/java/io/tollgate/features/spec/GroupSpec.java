package io.tollgate.features.spec;

import io.tollgate.features.domain.EntityType;
import java.time.Duration;

/**
 * The features of one entity that share a key and a time to live.
 *
 * @param index position in {@link FeatureSet#groups}
 * @param name unique within the entity
 * @param recent newest payments that the published blob keeps as they were, so that payments which overlap are told
 *     apart exactly; bounded because each costs 20 to 80 bytes
 * @param values different values remembered per field for distinct counts and novelty; up to it both are exact, beyond
 *     it distinct counts are estimates, and a value that was seen longer ago may count as new
 * @param error relative standard error of those estimates; each of them keeps about {@code ln(n / values) / (2 *
 *     error^2)} more values of n
 * @param timeToLive how long the key lives after its last write, before jitter
 */
public record GroupSpec(
        int index, EntityType entity, String name, int recent, int values, double error, Duration timeToLive) {
    /** Values with the smallest hashes that a sample must hold for the error: {@code 1 / sqrt(2 * (sample - 1))}. */
    public int sample() {
        return 1 + (int) Math.ceil(1 / (2 * error * error));
    }

    /** The name in logs, metrics and events: {@code card:activity}. */
    public String qualifiedName() {
        return entity.lowerCase() + ":" + name;
    }
}
