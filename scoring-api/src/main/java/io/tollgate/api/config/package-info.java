/**
 * What the operator can set, validated at start-up, and the one place where the parts are put together. Start at {@link
 * io.tollgate.api.config.Settings}.
 */
@NullMarked
package io.tollgate.api.config;

import org.jspecify.annotations.NullMarked;
