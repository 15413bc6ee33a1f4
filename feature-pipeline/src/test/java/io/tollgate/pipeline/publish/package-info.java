@NullMarked
package io.tollgate.pipeline.publish;

import org.jspecify.annotations.NullMarked;
