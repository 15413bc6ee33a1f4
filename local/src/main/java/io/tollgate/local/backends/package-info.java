/**
 * The backends that tests and demos run on, seen from outside: their settings, their faults, and how to run them in a
 * JVM of their own. Start at {@link io.tollgate.local.backends.BackendsProcess}. Imports the JDK and {@code
 * local.process} only, so that a module can use it without Kafka's broker on its classpath.
 */
@NullMarked
package io.tollgate.local.backends;

import org.jspecify.annotations.NullMarked;
