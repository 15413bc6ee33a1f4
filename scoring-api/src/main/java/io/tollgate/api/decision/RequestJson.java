package io.tollgate.api.decision;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.Iso8601;
import java.util.Arrays;

/**
 * The request in its canonical form: known fields only, in one order. It goes into the event as it is, and its digest
 * tells a retry from another payload under the same id.
 */
public final class RequestJson {
    /** 128 bits: two payloads under one id never collide by accident. */
    static final int DIGEST_BYTES = 16;

    private static final int TYPICAL_BYTES = 384;

    private static final byte[] TRANSACTION_ID = JsonBytes.name("transactionId");
    private static final byte[] OCCURRED_AT = JsonBytes.name("occurredAt");
    private static final byte[] AMOUNT = JsonBytes.name("amount");
    private static final byte[] VALUE = JsonBytes.name("value");
    private static final byte[] CURRENCY = JsonBytes.name("currency");
    private static final byte[] CARD = JsonBytes.name("card");
    private static final byte[] TOKEN = JsonBytes.name("token");
    private static final byte[] ACCOUNT_ID = JsonBytes.name("accountId");
    private static final byte[] ENTRY_MODE = JsonBytes.name("entryMode");
    private static final byte[] MERCHANT = JsonBytes.name("merchant");
    private static final byte[] ID = JsonBytes.name("id");
    private static final byte[] CATEGORY_CODE = JsonBytes.name("categoryCode");
    private static final byte[] COUNTRY = JsonBytes.name("country");
    private static final byte[] DEVICE = JsonBytes.name("device");
    private static final byte[] IP = JsonBytes.name("ip");
    private static final byte[] LOCATION = JsonBytes.name("location");
    private static final byte[] LAT = JsonBytes.name("lat");
    private static final byte[] LON = JsonBytes.name("lon");

    private RequestJson() {}

    public static byte[] encode(Authorization a) {
        JsonBytes json = new JsonBytes(TYPICAL_BYTES)
                .startObject()
                .text(TRANSACTION_ID, a.transactionId().value())
                .text(OCCURRED_AT, Iso8601.format(a.occurredAt()))
                .startObject(AMOUNT)
                .text(VALUE, a.amount().value().toPlainString())
                .text(CURRENCY, a.amount().currency())
                .endObject();
        json.startObject(CARD).text(TOKEN, a.card().token().value());
        if (a.card().accountId() != null) {
            json.text(ACCOUNT_ID, a.card().accountId().value());
        }
        json.text(ENTRY_MODE, a.card().entryMode().name())
                .endObject()
                .startObject(MERCHANT)
                .text(ID, a.merchant().id().value())
                .text(CATEGORY_CODE, a.merchant().categoryCode())
                .text(COUNTRY, a.merchant().country())
                .endObject();
        if (a.device() != null) {
            device(json, a.device());
        }
        if (a.location() != null) {
            location(json, a.location());
        }
        return json.endObject().toByteArray();
    }

    static byte[] digest(byte[] bytes) {
        return Arrays.copyOf(Sha256.of(bytes), DIGEST_BYTES);
    }

    private static void device(JsonBytes json, Authorization.Device device) {
        json.startObject(DEVICE);
        if (device.id() != null) {
            json.text(ID, device.id().value());
        }
        if (device.ip() != null) {
            json.text(IP, device.ip());
        }
        json.endObject();
    }

    private static void location(JsonBytes json, GeoPoint location) {
        json.startObject(LOCATION)
                .named(LAT)
                .number(location.lat())
                .named(LON)
                .number(location.lon())
                .endObject();
    }
}
