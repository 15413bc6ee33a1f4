@NullMarked
package io.tollgate.model;

import org.jspecify.annotations.NullMarked;
