/**
 * What is expected of the data that features are computed from: a file of named conditions, each with the class of
 * defect that it finds and what happens to an event that does not meet it.
 *
 * <p>Start at {@link io.tollgate.features.quality.Expectations}, which describes the file. Imports the domain types,
 * expressions and the YAML reader of this module, nothing else.
 */
@NullMarked
package io.tollgate.features.quality;

import org.jspecify.annotations.NullMarked;
