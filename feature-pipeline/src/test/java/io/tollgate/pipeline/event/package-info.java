@NullMarked
package io.tollgate.pipeline.event;

import org.jspecify.annotations.NullMarked;
