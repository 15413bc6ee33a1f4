/**
 * What the service keeps in Redis and in process: features read, decisions claimed. Start at {@link
 * io.tollgate.api.store.LoopRedis}.
 */
@NullMarked
package io.tollgate.api.store;

import org.jspecify.annotations.NullMarked;
