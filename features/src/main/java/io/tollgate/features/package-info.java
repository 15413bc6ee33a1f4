@NullMarked
package io.tollgate.features;

import org.jspecify.annotations.NullMarked;
