/**
 * A TCP proxy that misbehaves on command, so that a client meets the faults of a network and not only those of a server.
 * Start at {@link io.tollgate.local.proxy.FaultProxy}. Imports the JDK and Netty only.
 */
@NullMarked
package io.tollgate.local.proxy;

import org.jspecify.annotations.NullMarked;
