package io.tollgate.features.spec;

/** A field of {@link io.tollgate.features.domain.FeatureEvent.Reference}, as a number. */
public enum ReferenceField {
    /** 1 when the card is blocked, else 0. */
    STATUS_BLOCKED,
    /** 1 when the card is closed, else 0. */
    STATUS_CLOSED,
    /** Days from the account's opening to the payment, fractions included. */
    ACCOUNT_AGE_DAYS,
    /** Degrees north. */
    HOME_LAT,
    /** Degrees east. */
    HOME_LON,
    /** The home country as {@code 26 * first letter + second letter}, A = 0: compare with merchant_country_code. */
    HOME_COUNTRY_CODE,
    /** In the base currency's major unit. */
    CREDIT_LIMIT
}
