package io.tollgate.features.domain;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A payment that asks to be decided.
 *
 * @param occurredAt when the cardholder paid, millisecond precision
 * @param device absent for payments at a terminal
 * @param location where the payment was made, if known
 */
public record Authorization(
        TransactionId transactionId,
        Instant occurredAt,
        Money amount,
        Card card,
        Merchant merchant,
        @Nullable Device device,
        @Nullable GeoPoint location) {

    public Authorization {
        Objects.requireNonNull(transactionId, "transactionId");
        Objects.requireNonNull(occurredAt, "occurredAt");
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(card, "card");
        Objects.requireNonNull(merchant, "merchant");
    }

    /**
     * @param accountId the account behind the card, if the payment system sends it
     */
    public record Card(CardToken token, @Nullable AccountId accountId, EntryMode entryMode) {
        public Card {
            Objects.requireNonNull(token, "card.token");
            Objects.requireNonNull(entryMode, "card.entryMode");
        }
    }

    /**
     * @param categoryCode ISO 18245 merchant category code, four digits
     * @param country ISO 3166-1 alpha-2 code of the place of sale
     */
    public record Merchant(MerchantId id, String categoryCode, String country) {
        public Merchant {
            Objects.requireNonNull(id, "merchant.id");
            if (!isCategoryCode(categoryCode)) {
                throw new IllegalArgumentException("merchant.categoryCode must be four digits");
            }
            if (!isCountry(country)) {
                throw new IllegalArgumentException("merchant.country must be two capital letters (ISO 3166-1)");
            }
        }
    }

    /**
     * At least one of the two is there.
     *
     * @param ip IPv4 or IPv6 address in text form, as the payment page saw it
     */
    public record Device(@Nullable DeviceId id, @Nullable String ip) {
        public Device {
            if (id == null && ip == null) {
                throw new IllegalArgumentException("device must have an id or an ip");
            }
        }
    }

    static boolean isCategoryCode(@Nullable String value) {
        return Identifiers.isCode(value, 4, '0', '9');
    }

    static boolean isCountry(@Nullable String value) {
        return Identifiers.isCode(value, 2, 'A', 'Z');
    }
}
