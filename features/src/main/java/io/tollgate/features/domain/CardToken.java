package io.tollgate.features.domain;

/**
 * The processor's token for a card: never a card number. Printed masked, so that no log holds it whole.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ : @ -}
 */
public record CardToken(String value) {
    public CardToken {
        Identifiers.require(value, "card token");
    }

    @Override
    public String toString() {
        return value.length() <= 4 ? "****" : "****" + value.substring(value.length() - 4);
    }
}
