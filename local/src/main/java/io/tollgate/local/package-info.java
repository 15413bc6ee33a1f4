@NullMarked
package io.tollgate.local;

import org.jspecify.annotations.NullMarked;
