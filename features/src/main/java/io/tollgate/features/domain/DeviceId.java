package io.tollgate.features.domain;

/**
 * A device fingerprint, as the payment page or the wallet reports it.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ : @ -}
 */
public record DeviceId(String value) {
    public DeviceId {
        Identifiers.require(value, "device id");
    }

    @Override
    public String toString() {
        return value;
    }
}
