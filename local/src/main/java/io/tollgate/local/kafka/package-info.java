/**
 * A real Kafka broker in this JVM. Start at {@link io.tollgate.local.kafka.EmbeddedKafka}. Does not import the other
 * modules of Tollgate.
 */
@NullMarked
package io.tollgate.local.kafka;

import org.jspecify.annotations.NullMarked;
