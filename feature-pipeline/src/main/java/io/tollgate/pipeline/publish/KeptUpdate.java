package io.tollgate.pipeline.publish;

/**
 * What an entity's events change in Redis when its state is kept there as well.
 *
 * @param read sequence of the state that was read, see {@link KeptState#sequence}
 * @param timeToLiveMs of the state, before jitter; 0 for ever
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to a socket, never compared
record KeptUpdate(EntityUpdate update, byte[] stateKey, byte[] read, byte[] state, long timeToLiveMs) {}
