package io.tollgate.features.domain;

/**
 * The account that a card belongs to.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ : @ -}
 */
public record AccountId(String value) {
    public AccountId {
        Identifiers.require(value, "account id");
    }

    @Override
    public String toString() {
        return value;
    }
}
