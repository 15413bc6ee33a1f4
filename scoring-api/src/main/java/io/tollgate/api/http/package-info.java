/**
 * The HTTP surface: the lean authorize route, the reading routes, errors as problem+json. Start at {@link
 * io.tollgate.api.http.AuthorizeRoute}.
 */
@NullMarked
package io.tollgate.api.http;

import org.jspecify.annotations.NullMarked;
