package io.tollgate.client;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A payment to decide. The service validates it and names every violation; nothing is checked here, so that there is one
 * place that does. Immutable.
 *
 * @param transactionId 1 to 64 characters of letters, digits and {@code . _ : @ -}; decides what is the same payment: a
 *     retry carries the same one
 * @param occurredAt when the cardholder paid
 * @param device null when the payment has none, as in a shop
 * @param location null when it is not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuthorizationRequest(
        String transactionId,
        Instant occurredAt,
        Amount amount,
        Card card,
        Merchant merchant,
        @Nullable Device device,
        @Nullable Location location) {

    /**
     * @param value not negative, at most ten digits before the point and four behind it
     * @param currency ISO 4217
     */
    public record Amount(
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal value, String currency) {}

    /**
     * @param token stands for the card; never its number
     * @param accountId null when it is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Card(String token, @Nullable String accountId, EntryMode entryMode) {}

    /** How the card's data came into the payment. */
    public enum EntryMode {
        CHIP,
        CONTACTLESS,
        MAGSTRIPE,
        MANUAL,
        ECOM,
        MOTO,
        RECURRING,
        WALLET
    }

    /**
     * @param categoryCode four digits, ISO 18245
     * @param country ISO 3166-1 alpha-2
     */
    public record Merchant(String id, String categoryCode, String country) {}

    /** At least one of the two is there. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Device(@Nullable String id, @Nullable String ip) {}

    /**
     * @param lat degrees, -90 to 90
     * @param lon degrees, -180 to 180
     */
    public record Location(double lat, double lon) {}
}
