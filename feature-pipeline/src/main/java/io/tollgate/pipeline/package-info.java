@NullMarked
package io.tollgate.pipeline;

import org.jspecify.annotations.NullMarked;
