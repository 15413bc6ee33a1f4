/**
 * Who may do what: bearer tokens to scopes. Start at {@link io.tollgate.api.security.Authenticator}. No Spring, no HTTP.
 */
@NullMarked
package io.tollgate.api.security;

import org.jspecify.annotations.NullMarked;
