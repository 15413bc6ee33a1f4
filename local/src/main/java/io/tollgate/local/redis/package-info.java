/**
 * A real Redis server as a child process. Start at {@link io.tollgate.local.redis.EmbeddedRedis}. Imports the JDK and
 * {@code local.process}/{@code local.net} only; the server's binary comes from the embedded-redis jar.
 */
@NullMarked
package io.tollgate.local.redis;

import org.jspecify.annotations.NullMarked;
