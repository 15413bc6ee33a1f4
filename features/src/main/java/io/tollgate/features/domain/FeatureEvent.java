package io.tollgate.features.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What features are computed from: everything that arrives on the log, in the order of {@link #timeMs()}. */
public sealed interface FeatureEvent {

    /** Unique for ever; a second delivery has the same id and the same content. */
    String eventId();

    /** When this became known, in milliseconds since the epoch: the instant from which features may count it. */
    long timeMs();

    /**
     * A payment and what was decided of it.
     *
     * @param score the model's probability of fraud, 0 to 1; NaN when no model was asked
     */
    record Decided(Authorization authorization, Decision decision, double score) implements FeatureEvent {
        @Override
        public String eventId() {
            return authorization.transactionId().value();
        }

        @Override
        public long timeMs() {
            return authorization.occurredAt().toEpochMilli();
        }
    }

    /**
     * The delayed truth about a payment, with the payment's own keys so that no join is needed to count it.
     *
     * @param occurredAt when the payment was made
     * @param knownAt when the truth was established, not before {@code occurredAt}
     */
    record Outcome(
            TransactionId transactionId,
            Instant occurredAt,
            Instant knownAt,
            boolean fraud,
            Money amount,
            CardToken card,
            @Nullable AccountId account,
            MerchantId merchant,
            @Nullable DeviceId device,
            @Nullable String ip)
            implements FeatureEvent {
        public Outcome {
            if (knownAt.isBefore(occurredAt)) {
                throw new IllegalArgumentException("knownAt must not be before occurredAt");
            }
        }

        @Override
        public String eventId() {
            return "o:" + transactionId.value();
        }

        @Override
        public long timeMs() {
            return knownAt.toEpochMilli();
        }
    }

    /**
     * What the issuer knows of a card and its account, valid from an instant until the next one replaces it.
     *
     * @param home the cardholder's home, if known
     * @param creditLimit in the base currency's minor units, 0 or more; -1 unknown
     */
    record Reference(
            CardToken card,
            AccountId account,
            Instant validFrom,
            CardStatus status,
            Instant openedAt,
            String homeCountry,
            @Nullable GeoPoint home,
            long creditLimit)
            implements FeatureEvent {
        @Override
        public String eventId() {
            return "r:" + card.value() + ":" + validFrom.toEpochMilli();
        }

        @Override
        public long timeMs() {
            return validFrom.toEpochMilli();
        }
    }

    /** What the issuer lets a card do. */
    enum CardStatus {
        ACTIVE,
        BLOCKED,
        CLOSED
    }
}
