/**
 * The life of a feature set on the command line: check it, compare it, publish it beside another, switch, retire. Start
 * at {@link io.tollgate.pipeline.sets.FeatureSetCommand}. Starts no Spark session, so that a check takes a second.
 */
@NullMarked
package io.tollgate.pipeline.sets;

import org.jspecify.annotations.NullMarked;
