package io.tollgate.pipeline.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Documents as an issuer writes them. */
final class FeedDocuments {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FeedDocuments() {}

    static ObjectNode reference(String cardId, String validFrom) {
        ObjectNode document = JSON.createObjectNode()
                .put("id", cardId)
                .put("cardId", cardId)
                .put("accountId", "a-" + cardId)
                .put("status", "ACTIVE")
                .put("validFrom", validFrom)
                .put("openedAt", "2020-02-29T12:00:00Z")
                .put("homeCountry", "DE")
                .put("creditLimit", 500_000);
        document.putObject("home").put("lat", 52.52).put("lon", 13.4);
        return document;
    }

    static ObjectNode outcome(String transactionId, String cardId) {
        ObjectNode document = JSON.createObjectNode()
                .put("id", transactionId)
                .put("transactionId", transactionId)
                .put("cardId", cardId)
                .put("accountId", "a-" + cardId)
                .put("merchantId", "m-1")
                .put("deviceId", "d-1")
                .put("ip", "198.18.0.1")
                .put("occurredAt", "2026-11-01T10:15:30.123Z")
                .put("knownAt", "2026-11-08T10:15:30Z")
                .put("fraud", true);
        document.putObject("amount").put("value", "57.16").put("currency", "EUR");
        return document;
    }

    /** What the hub is told of a decided payment, as far as anybody here reads it. */
    static String payment(String transactionId, String cardId, String outcome, String cause) {
        return """
                {"schema":"tollgate.txn_event/1","type":"authorization","eventId":"%s","transactionId":"%s",
                 "authorization":{"transactionId":"%s","card":{"token":"%s","entryMode":"CHIP"}},
                 "decision":"APPROVE","groups":[{"group":"card:activity","outcome":"MISS","cause":"NEW_ENTITY"},
                 {"group":"card:reference","outcome":"%s"%s}]}""".formatted(
                        transactionId,
                        transactionId,
                        transactionId,
                        cardId,
                        outcome,
                        cause.isEmpty() ? "" : ",\"cause\":\"" + cause + "\"");
    }
}
