package io.tollgate.features.domain;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An authorization as it came in, every field possibly missing or wrong: {@link #validate} turns it into an {@link
 * Authorization} or into the list of everything that is wrong with it. The service and the pipeline use this one
 * validation.
 *
 * <p>Mutable, confined to one thread.
 */
public final class AuthorizationDraft {
    public @Nullable String transactionId;
    /** ISO 8601 with an offset or Z. */
    public @Nullable String occurredAt;
    /** Plain decimal number; exponents are refused, because no payment system writes them. */
    public @Nullable String amountValue;

    public @Nullable String amountCurrency;
    public @Nullable String cardToken;
    public @Nullable String cardAccountId;
    public @Nullable String cardEntryMode;
    public @Nullable String merchantId;
    public @Nullable String merchantCategoryCode;
    public @Nullable String merchantCountry;
    /** Whether a device object was there at all; an empty one is a violation. */
    public boolean devicePresent;

    public @Nullable String deviceId;
    public @Nullable String deviceIp;
    public boolean locationPresent;
    public @Nullable Double locationLat;
    public @Nullable Double locationLon;

    private static final int MAX_WHOLE_DIGITS = 10;
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])");
    /** Loose on purpose: the address is an opaque key here, and 45 characters bound it (RFC 4291 with IPv4 tail). */
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]{1,43}");

    private static final int MAX_IP_LENGTH = 45;
    private static final int MAX_TIME_LENGTH = 40;

    /** Valid, or everything that is not. */
    public sealed interface Result {
        record Valid(Authorization authorization) implements Result {}

        /**
         * @param violations at least one
         */
        record Invalid(List<Violation> violations) implements Result {}
    }

    /**
     * How far from the clock a payment may lie.
     *
     * @param maxFuture clocks of payment systems differ; beyond a few minutes the timestamp is wrong
     * @param maxAge a payment that arrives later than this is history, not an authorization
     */
    public record TimeBounds(Duration maxFuture, Duration maxAge) {
        /** Five minutes of clock skew; thirty days, the longest window of the default feature set. */
        public static final TimeBounds DEFAULT = new TimeBounds(Duration.ofMinutes(5), Duration.ofDays(30));

        public TimeBounds {
            if (maxFuture.isNegative() || maxAge.isNegative()) {
                throw new IllegalArgumentException("time bounds must not be negative");
            }
        }
    }

    /** Never throws for anything that the fields hold. */
    public Result validate(Instant now, TimeBounds bounds) {
        List<Violation> violations = new ArrayList<>();
        id("transactionId", transactionId, true, violations);
        Instant at = time(now, bounds, violations);
        BigDecimal value = amount(violations);
        require(
                "amount.currency",
                Money.isCurrency(amountCurrency == null ? "" : amountCurrency),
                amountCurrency,
                "must be an ISO 4217 code of three capital letters",
                violations);
        token("card.token", cardToken, true, violations);
        token("card.accountId", cardAccountId, false, violations);
        EntryMode entryMode = entryMode(violations);
        token("merchant.id", merchantId, true, violations);
        require(
                "merchant.categoryCode",
                Authorization.isCategoryCode(merchantCategoryCode),
                merchantCategoryCode,
                "must be a merchant category code of four digits (ISO 18245)",
                violations);
        require(
                "merchant.country",
                Authorization.isCountry(merchantCountry),
                merchantCountry,
                "must be a country code of two capital letters (ISO 3166-1)",
                violations);
        device(violations);
        location(violations);
        if (!violations.isEmpty()) {
            return new Result.Invalid(List.copyOf(violations));
        }
        return new Result.Valid(build(at, value, entryMode));
    }

    private Authorization build(@Nullable Instant at, @Nullable BigDecimal value, @Nullable EntryMode entryMode) {
        Authorization.Device device = deviceId == null && deviceIp == null
                ? null
                : new Authorization.Device(deviceId == null ? null : new DeviceId(deviceId), deviceIp);
        return new Authorization(
                new TransactionId(present(transactionId)),
                present(at),
                new Money(present(value), present(amountCurrency)),
                new Authorization.Card(
                        new CardToken(present(cardToken)),
                        cardAccountId == null ? null : new AccountId(cardAccountId),
                        present(entryMode)),
                new Authorization.Merchant(
                        new MerchantId(present(merchantId)), present(merchantCategoryCode), present(merchantCountry)),
                device,
                locationPresent ? new GeoPoint(present(locationLat), present(locationLon)) : null);
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("validated field is missing");
        }
        return value;
    }

    private static void require(
            String field, boolean ok, @Nullable String value, String rule, List<Violation> violations) {
        if (value == null) {
            violations.add(new Violation(field, "is required"));
        } else if (!ok) {
            violations.add(new Violation(field, rule));
        }
    }

    private static void id(String field, @Nullable String value, boolean required, List<Violation> violations) {
        if (value != null || required) {
            require(field, Identifiers.isValid(value), value, Identifiers.RULE, violations);
        }
    }

    /** An identifier that must not be a card number: those have no business here (PCI DSS requirement 3). */
    private static void token(String field, @Nullable String value, boolean required, List<Violation> violations) {
        id(field, value, required, violations);
        if (value != null && Identifiers.looksLikeCardNumber(value)) {
            violations.add(new Violation(field, "looks like a card number; send the processor's token instead"));
        }
    }

    private @Nullable Instant time(Instant now, TimeBounds bounds, List<Violation> violations) {
        if (occurredAt == null) {
            violations.add(new Violation("occurredAt", "is required"));
            return null;
        }
        Instant at;
        try {
            if (occurredAt.length() > MAX_TIME_LENGTH) {
                throw new DateTimeException("too long");
            }
            at = Iso8601.parse(occurredAt);
        } catch (DateTimeException e) {
            violations.add(new Violation(
                    "occurredAt", "must be an ISO 8601 instant with an offset, as in 2026-11-21T10:15:30.123Z"));
            return null;
        }
        if (at.isAfter(now.plus(bounds.maxFuture()))) {
            violations.add(new Violation(
                    "occurredAt", "lies more than " + bounds.maxFuture() + " in the future; check the sender's clock"));
            return null;
        }
        if (at.isBefore(now.minus(bounds.maxAge()))) {
            violations.add(new Violation(
                    "occurredAt", "lies more than " + bounds.maxAge() + " in the past; use the backfill for history"));
            return null;
        }
        return Instant.ofEpochMilli(at.toEpochMilli());
    }

    private @Nullable BigDecimal amount(List<Violation> violations) {
        if (amountValue == null) {
            violations.add(new Violation("amount.value", "is required"));
            return null;
        }
        if (!isDecimal(amountValue)) {
            violations.add(new Violation(
                    "amount.value", "must be a decimal number from 0 to " + Money.MAX + " with at most four decimals"));
            return null;
        }
        return new BigDecimal(amountValue);
    }

    /** One to ten digits, then perhaps a point and one to four. Looked at for every payment: no expression. */
    private static boolean isDecimal(String text) {
        int point = text.indexOf('.');
        int whole = point < 0 ? text.length() : point;
        int decimals = point < 0 ? 1 : text.length() - point - 1;
        if (whole < 1 || whole > MAX_WHOLE_DIGITS || decimals < 1 || decimals > Money.MAX_SCALE) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i != point && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    private @Nullable EntryMode entryMode(List<Violation> violations) {
        if (cardEntryMode == null) {
            violations.add(new Violation("card.entryMode", "is required"));
            return null;
        }
        for (EntryMode mode : EntryMode.values()) {
            if (mode.name().equals(cardEntryMode)) {
                return mode;
            }
        }
        violations.add(new Violation("card.entryMode", "must be one of " + List.of(EntryMode.values())));
        return null;
    }

    private void device(List<Violation> violations) {
        if (devicePresent && deviceId == null && deviceIp == null) {
            violations.add(new Violation("device", "must have an id or an ip, or be left out"));
        }
        token("device.id", deviceId, false, violations);
        if (deviceIp != null
                && (deviceIp.length() > MAX_IP_LENGTH
                        || !(IPV4.matcher(deviceIp).matches()
                                || IPV6.matcher(deviceIp).matches()))) {
            violations.add(new Violation("device.ip", "must be an IPv4 or IPv6 address"));
        }
    }

    private void location(List<Violation> violations) {
        if (!locationPresent) {
            return;
        }
        coordinate("location.lat", locationLat, 90, violations);
        coordinate("location.lon", locationLon, 180, violations);
    }

    private static void coordinate(String field, @Nullable Double value, int limit, List<Violation> violations) {
        if (value == null) {
            violations.add(new Violation(field, "is required"));
        } else if (!(Math.abs(value) <= limit)) {
            violations.add(new Violation(field, "must be between -" + limit + " and " + limit + " degrees"));
        }
    }
}
