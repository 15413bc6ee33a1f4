package io.tollgate.pipeline.feed;

/** The containers whose changes are events. */
enum FeedContainer {
    /** What the issuer knows of a card, partitioned by {@code /cardId}: one document per card, replaced on change. */
    ACCOUNT_CARD_REFERENCE("account_card_reference", "reference"),

    /** The established truth about a payment, partitioned by {@code /transactionId}. */
    FRAUD_OUTCOMES("fraud_outcomes", "outcome");

    private final String id;
    private final String eventType;

    FeedContainer(String id, String eventType) {
        this.id = id;
        this.eventType = eventType;
    }

    /** Its name in the database. */
    String id() {
        return id;
    }

    /** The {@code type} of its events. */
    String eventType() {
        return eventType;
    }
}
