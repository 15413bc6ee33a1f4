package io.tollgate.features.domain;

/**
 * One thing that is wrong with an input.
 *
 * @param field path of the field, as in {@code card.token}
 * @param reason what is wrong and what is allowed; never the value
 */
public record Violation(String field, String reason) {}
