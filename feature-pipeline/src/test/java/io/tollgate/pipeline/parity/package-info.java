/** Tests of the comparison of served with recomputed vectors. */
@NullMarked
package io.tollgate.pipeline.parity;

import org.jspecify.annotations.NullMarked;
