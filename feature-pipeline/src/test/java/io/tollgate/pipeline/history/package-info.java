/** Writes histories for tests with the code of the history. */
@NullMarked
package io.tollgate.pipeline.history;

import org.jspecify.annotations.NullMarked;
