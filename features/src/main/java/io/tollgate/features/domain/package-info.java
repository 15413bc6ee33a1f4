/**
 * What a payment is: identifiers, money, the authorization request, outcomes and reference data, each valid once
 * constructed.
 *
 * <p>Start at {@link io.tollgate.features.domain.Authorization}. Input from outside goes through {@link
 * io.tollgate.features.domain.AuthorizationDraft}, which reports every violation at once; the constructors here throw
 * on the first, because past the draft a bad value is a bug. Imports nothing but the JDK.
 */
@NullMarked
package io.tollgate.features.domain;

import org.jspecify.annotations.NullMarked;
