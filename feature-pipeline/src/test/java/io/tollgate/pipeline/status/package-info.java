@NullMarked
package io.tollgate.pipeline.status;

import org.jspecify.annotations.NullMarked;
