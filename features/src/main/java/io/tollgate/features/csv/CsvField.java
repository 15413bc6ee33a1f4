package io.tollgate.features.csv;

import io.tollgate.features.domain.AuthorizationDraft;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a column can be mapped to, named by its path in the authorization request. */
enum CsvField {
    TRANSACTION_ID("transactionId", true),
    OCCURRED_AT("occurredAt", true),
    AMOUNT_VALUE("amount.value", true),
    AMOUNT_CURRENCY("amount.currency", true),
    CARD_TOKEN("card.token", true),
    CARD_ACCOUNT_ID("card.accountId", false),
    CARD_ENTRY_MODE("card.entryMode", true),
    MERCHANT_ID("merchant.id", true),
    MERCHANT_CATEGORY_CODE("merchant.categoryCode", true),
    MERCHANT_COUNTRY("merchant.country", true),
    DEVICE_ID("device.id", false),
    DEVICE_IP("device.ip", false),
    LOCATION_LAT("location.lat", false),
    LOCATION_LON("location.lon", false);

    private final String path;
    private final boolean required;

    CsvField(String path, boolean required) {
        this.path = path;
        this.required = required;
    }

    String path() {
        return path;
    }

    /** Whether it names somebody or something that pays again, unlike a payment. */
    boolean namesEntity() {
        return switch (this) {
            case CARD_TOKEN, CARD_ACCOUNT_ID, MERCHANT_ID, DEVICE_ID, DEVICE_IP -> true;
            default -> false;
        };
    }

    /** Puts the text into the draft, whose validation judges it; null where the file has no value. */
    void set(AuthorizationDraft draft, @Nullable String text) {
        switch (this) {
            case TRANSACTION_ID -> draft.transactionId = text;
            case OCCURRED_AT -> draft.occurredAt = text;
            case AMOUNT_VALUE -> draft.amountValue = text;
            case AMOUNT_CURRENCY -> draft.amountCurrency = text;
            case CARD_TOKEN -> draft.cardToken = text;
            case CARD_ACCOUNT_ID -> draft.cardAccountId = text;
            case CARD_ENTRY_MODE -> draft.cardEntryMode = text;
            case MERCHANT_ID -> draft.merchantId = text;
            case MERCHANT_CATEGORY_CODE -> draft.merchantCategoryCode = text;
            case MERCHANT_COUNTRY -> draft.merchantCountry = text;
            case DEVICE_ID -> draft.deviceId = text;
            case DEVICE_IP -> draft.deviceIp = text;
            case LOCATION_LAT -> {
                draft.locationPresent |= text != null;
                draft.locationLat = number(text);
            }
            case LOCATION_LON -> {
                draft.locationPresent |= text != null;
                draft.locationLon = number(text);
            }
        }
    }

    static Optional<CsvField> byPath(String path) {
        return Arrays.stream(values()).filter(f -> f.path.equals(path)).findFirst();
    }

    static List<CsvField> required() {
        return Arrays.stream(values()).filter(f -> f.required).toList();
    }

    static String paths() {
        return Arrays.stream(values()).map(CsvField::path).collect(Collectors.joining(", "));
    }

    /** NaN for what is not a number: no coordinate is, so the validation refuses it with the field's own rule. */
    private static @Nullable Double number(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
