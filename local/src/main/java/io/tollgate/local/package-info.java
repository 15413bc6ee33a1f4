/**
 * Tollgate on one machine: embedded backends, and what runs on them. Start at {@link io.tollgate.local.EmbeddedStack},
 * or, from another module's tests, at {@link io.tollgate.local.backends.BackendsProcess}. May import {@code features}
 * and {@code model-client}; never {@code scoring-api} or {@code feature-pipeline}, which run as processes of their own.
 */
@NullMarked
package io.tollgate.local;

import org.jspecify.annotations.NullMarked;
