package io.tollgate.features;

import java.time.Duration;

/**
 * One group's blob, ready to be written.
 *
 * @param key see {@link FeatureEngine#groupKey}
 * @param timeToLive before jitter
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to a socket, never compared
public record Published(int group, byte[] key, byte[] blob, Duration timeToLive) {}
