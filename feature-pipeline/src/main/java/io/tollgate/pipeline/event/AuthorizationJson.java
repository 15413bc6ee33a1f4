package io.tollgate.pipeline.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.features.domain.AuthorizationDraft;
import org.jspecify.annotations.Nullable;

/** The request's shape, as an event carries it, into the draft that one validation judges. */
final class AuthorizationJson {
    private AuthorizationJson() {}

    static AuthorizationDraft draft(JsonNode body) {
        AuthorizationDraft draft = new AuthorizationDraft();
        draft.transactionId = text(body, "transactionId");
        draft.occurredAt = text(body, "occurredAt");
        JsonNode amount = body.path("amount");
        draft.amountValue = decimal(amount.path("value"));
        draft.amountCurrency = text(amount, "currency");
        JsonNode card = body.path("card");
        draft.cardToken = text(card, "token");
        draft.cardAccountId = text(card, "accountId");
        draft.cardEntryMode = text(card, "entryMode");
        JsonNode merchant = body.path("merchant");
        draft.merchantId = text(merchant, "id");
        draft.merchantCategoryCode = text(merchant, "categoryCode");
        draft.merchantCountry = text(merchant, "country");
        JsonNode device = body.path("device");
        draft.devicePresent = device.isObject();
        draft.deviceId = text(device, "id");
        draft.deviceIp = text(device, "ip");
        JsonNode location = body.path("location");
        draft.locationPresent = location.isObject();
        draft.locationLat = number(location.path("lat"));
        draft.locationLon = number(location.path("lon"));
        return draft;
    }

    private static @Nullable String text(JsonNode node, String field) {
        JsonNode child = node.path(field);
        return child.isTextual() ? child.textValue() : null;
    }

    private static @Nullable String decimal(JsonNode node) {
        if (node.isNumber()) {
            return node.decimalValue().toPlainString();
        }
        return node.isTextual() ? node.textValue() : null;
    }

    private static @Nullable Double number(JsonNode node) {
        return node.isNumber() ? node.doubleValue() : null;
    }
}
