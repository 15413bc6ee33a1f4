package io.tollgate.features.domain;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * An amount of a currency.
 *
 * @param value 0 to 9,999,999,999.9999, at most four decimals (no ISO 4217 currency has more); zero is an account
 *     verification
 * @param currency ISO 4217 alphabetic code
 */
public record Money(BigDecimal value, String currency) {
    /** Above any card payment, and small enough that a sum of squares over a busy merchant's month fits 128 bits. */
    public static final BigDecimal MAX = new BigDecimal("9999999999.9999");

    public static final int MAX_SCALE = 4;

    public Money {
        Objects.requireNonNull(value, "value");
        if (value.signum() < 0 || value.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("amount must be between 0 and " + MAX);
        }
        if (value.scale() > MAX_SCALE) {
            throw new IllegalArgumentException("amount must have at most " + MAX_SCALE + " decimals");
        }
        if (!isCurrency(currency)) {
            throw new IllegalArgumentException("currency must be an ISO 4217 code of three capital letters");
        }
        value = value.scale() < 0 ? value.setScale(0) : value;
    }

    static boolean isCurrency(String code) {
        return Identifiers.isCode(code, 3, 'A', 'Z');
    }
}
