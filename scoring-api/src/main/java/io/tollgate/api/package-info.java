@NullMarked
package io.tollgate.api;

import org.jspecify.annotations.NullMarked;
