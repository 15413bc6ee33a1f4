/** Tests of the harness: a measuring tool that errs is worse than none. */
@NullMarked
package io.tollgate.bench.service;

import org.jspecify.annotations.NullMarked;
