/** Tests of the training set. */
@NullMarked
package io.tollgate.pipeline.trainingset;

import org.jspecify.annotations.NullMarked;
