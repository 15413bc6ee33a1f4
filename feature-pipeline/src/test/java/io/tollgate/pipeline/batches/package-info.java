/** Tests of the ledger of batches. */
@NullMarked
package io.tollgate.pipeline.batches;

import org.jspecify.annotations.NullMarked;
