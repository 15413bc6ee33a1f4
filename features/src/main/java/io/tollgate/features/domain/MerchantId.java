package io.tollgate.features.domain;

/**
 * The acceptor of a payment, as the acquirer names it.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ : @ -}
 */
public record MerchantId(String value) {
    public MerchantId {
        Identifiers.require(value, "merchant id");
    }

    @Override
    public String toString() {
        return value;
    }
}
