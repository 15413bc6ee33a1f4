package io.tollgate.local.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.FeatureEvent;
import java.time.Instant;

/** Documents of the two containers, as {@code features} publishes their schemas. */
final class IssuerDocuments {
    private static final ObjectMapper JSON = new ObjectMapper();

    private IssuerDocuments() {}

    /** A document of {@code account_card_reference}. */
    static ObjectNode reference(FeatureEvent.Reference reference) {
        ObjectNode document = JSON.createObjectNode()
                .put("id", reference.card().value())
                .put("cardId", reference.card().value())
                .put("accountId", reference.account().value())
                .put("status", reference.status().name())
                .put("validFrom", reference.validFrom().toString())
                .put("openedAt", reference.openedAt().toString())
                .put("homeCountry", reference.homeCountry())
                .put("creditLimit", reference.creditLimit());
        if (reference.home() != null) {
            document.putObject("home")
                    .put("lat", reference.home().lat())
                    .put("lon", reference.home().lon());
        }
        return document;
    }

    /** A document of {@code fraud_outcomes}. */
    static ObjectNode outcome(Authorization payment, boolean fraud, Instant knownAt) {
        String id = payment.transactionId().value();
        ObjectNode document = JSON.createObjectNode()
                .put("id", id)
                .put("transactionId", id)
                .put("cardId", payment.card().token().value())
                .put("merchantId", payment.merchant().id().value())
                .put("occurredAt", payment.occurredAt().toString())
                .put("knownAt", knownAt.toString())
                .put("fraud", fraud);
        document.putObject("amount")
                .put("value", payment.amount().value().toPlainString())
                .put("currency", payment.amount().currency());
        if (payment.card().accountId() != null) {
            document.put("accountId", payment.card().accountId().value());
        }
        Authorization.Device device = payment.device();
        if (device != null && device.id() != null) {
            document.put("deviceId", device.id().value());
        }
        if (device != null && device.ip() != null) {
            document.put("ip", device.ip());
        }
        return document;
    }
}
