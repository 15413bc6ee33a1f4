/** Tests of the running pipeline as a whole, against real Kafka and Redis. */
@NullMarked
package io.tollgate.pipeline;

import org.jspecify.annotations.NullMarked;
