package io.tollgate.pipeline.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.Iso8601;
import io.tollgate.features.key.IdHasher;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.ParsedEvent.Rejected;
import java.time.Clock;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/**
 * Documents into events ({@code tollgate.txn_event/1}). Every document becomes an event: one that breaks the rules is
 * passed on as it is, so that the pipeline's quarantine, the one place for bad data, holds it with the reason. The rules
 * are the pipeline's own parser; here it only tells what to count. Thread-safe.
 */
final class EventTranslator {
    /** Thirty times a valid event, and far below what a hub takes (1 MB): a larger document cannot be a valid one. */
    static final int MAX_EVENT_BYTES = 32 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final IdHasher hasher;
    private final EventParser judge;
    private final Clock clock;

    /**
     * @param judge what the pipeline will judge the events by
     * @param clock tells when an event arrives in the hub, nearly
     */
    EventTranslator(IdHasher hasher, EventParser judge, Clock clock) {
        this.hasher = hasher;
        this.judge = judge;
        this.clock = clock;
    }

    HubEvent translate(FeedContainer container, JsonNode document) {
        ObjectNode event = MAPPER.createObjectNode();
        event.put("schema", EventParser.SCHEMA).put("type", container.eventType());
        String eventId = switch (container) {
            case ACCOUNT_CARD_REFERENCE -> reference(document, event);
            case FRAUD_OUTCOMES -> outcome(document, event);
        };
        event.put("eventId", eventId);
        byte[] value = encode(event);
        if (value.length > MAX_EVENT_BYTES) {
            return oversized(container, document, value.length);
        }
        String problem = judge.parse(value, clock.millis()) instanceof Rejected rejected
                ? rejected.rule() + ": " + rejected.reason()
                : null;
        return new HubEvent(eventId, container.eventType(), key(document), value, problem);
    }

    private static String reference(JsonNode document, ObjectNode event) {
        ObjectNode card = event.putObject("card");
        copy(document, "cardId", card, "token");
        copy(document, "accountId", card, "accountId");
        for (String field : new String[] {"validFrom", "status", "openedAt", "homeCountry", "home", "creditLimit"}) {
            copy(document, field, event, field);
        }
        return "r:" + text(document, "cardId") + ":" + milliseconds(text(document, "validFrom"));
    }

    private static String outcome(JsonNode document, ObjectNode event) {
        for (String field : new String[] {"transactionId", "occurredAt", "knownAt", "fraud"}) {
            copy(document, field, event, field);
        }
        JsonNode amount = document.path("amount");
        if (amount.isObject()) {
            ObjectNode copied = event.putObject("amount");
            JsonNode value = amount.path("value");
            if (value.isNumber()) {
                copied.put("value", value.decimalValue().toPlainString()); // events hold amounts as text
            } else {
                copy(amount, "value", copied, "value");
            }
            copy(amount, "currency", copied, "currency");
        }
        ObjectNode card = event.putObject("card");
        copy(document, "cardId", card, "token");
        copy(document, "accountId", card, "accountId");
        copy(document, "merchantId", event.putObject("merchant"), "id");
        if (present(document, "deviceId") || present(document, "ip")) {
            ObjectNode device = event.putObject("device");
            copy(document, "deviceId", device, "id");
            copy(document, "ip", device, "ip");
        }
        return "o:" + text(document, "transactionId");
    }

    /** Says only where the document is: with its content it would not fit the hub. */
    private static HubEvent oversized(FeedContainer container, JsonNode document, int bytes) {
        String id = text(document, "id");
        String problem = "document.size: the document makes an event of " + bytes + " bytes, more than "
                + MAX_EVENT_BYTES + "; it stays in Cosmos DB";
        ObjectNode event = MAPPER.createObjectNode();
        event.put("schema", EventParser.SCHEMA).put("type", container.eventType());
        event.put("eventId", "oversized:" + container.id() + ":" + id);
        event.putObject("document").put("container", container.id()).put("id", id);
        event.put("problem", problem);
        return new HubEvent(event.path("eventId").textValue(), container.eventType(), null, encode(event), problem);
    }

    private @Nullable String key(JsonNode document) {
        String card = text(document, "cardId");
        return card.isEmpty() ? null : hasher.idHash(EntityType.CARD, card);
    }

    private static boolean present(JsonNode document, String field) {
        return !document.path(field).isMissingNode() && !document.path(field).isNull();
    }

    /** Copies a field as it is, whatever its type, so that the pipeline can say what is wrong with it. */
    private static void copy(JsonNode from, String field, ObjectNode to, String name) {
        if (present(from, field)) {
            to.set(name, from.get(field));
        }
    }

    private static String text(JsonNode document, String field) {
        JsonNode value = document.path(field);
        return value.isTextual() ? value.textValue() : "";
    }

    /** As the event's id has it; the text itself when it is no time, for the quarantine to show. */
    private static String milliseconds(String time) {
        try {
            return Long.toString(Iso8601.parse(time).toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            return time;
        }
    }

    private static byte[] encode(ObjectNode event) {
        try {
            return MAPPER.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }
}
