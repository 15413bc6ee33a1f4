/**
 * Drills: the real service is killed, restarted and cut off while it decides, and afterwards both sides are compared.
 * Start at {@link io.tollgate.local.drill.Drill}. Knows the service by its HTTP surface and the hub by its topic, not by
 * their classes.
 */
@NullMarked
package io.tollgate.local.drill;

import org.jspecify.annotations.NullMarked;
