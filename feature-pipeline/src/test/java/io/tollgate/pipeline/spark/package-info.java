@NullMarked
package io.tollgate.pipeline.spark;

import org.jspecify.annotations.NullMarked;
