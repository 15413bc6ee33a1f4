/**
 * The HTTP surface: payments, the reading routes, errors as problem+json. Start at {@link
 * io.tollgate.api.http.ExpressLane}, which nearly all payments take, and {@link io.tollgate.api.http.AuthorizeDesk}, which
 * answers them.
 */
@NullMarked
package io.tollgate.api.http;

import org.jspecify.annotations.NullMarked;
