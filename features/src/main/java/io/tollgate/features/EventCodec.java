package io.tollgate.features;

import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.state.ByteReader;
import io.tollgate.features.state.ByteWriter;
import io.tollgate.features.state.CorruptStateException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Feature events as compact bytes, for the way between the stages of one job: not a storage format, since enum constants
 * go by position. Stateless, thread-safe.
 */
public final class EventCodec {
    private static final int DECIDED = 1;
    private static final int OUTCOME = 2;
    private static final int REFERENCE = 3;

    private EventCodec() {}

    public static byte[] encode(FeatureEvent event) {
        ByteWriter out = new ByteWriter(160);
        if (event instanceof FeatureEvent.Decided decided) {
            writeAuthorization(decided.authorization(), out.fixed8(DECIDED));
            out.text(decided.decision().name()).fixed64(Double.doubleToRawLongBits(decided.score()));
        } else if (event instanceof FeatureEvent.Outcome o) {
            out.fixed8(OUTCOME).text(o.transactionId().value());
            out.zigzag(o.occurredAt().toEpochMilli()).zigzag(o.knownAt().toEpochMilli());
            out.fixed8(o.fraud() ? 1 : 0);
            writeMoney(o.amount(), out);
            out.text(o.card().value());
            optional(o.account() == null ? null : o.account().value(), out);
            out.text(o.merchant().value());
            optional(o.device() == null ? null : o.device().value(), out);
            optional(o.ip(), out);
        } else if (event instanceof FeatureEvent.Reference r) {
            out.fixed8(REFERENCE).text(r.card().value()).text(r.account().value());
            out.zigzag(r.validFrom().toEpochMilli()).text(r.status().name());
            out.zigzag(r.openedAt().toEpochMilli()).text(r.homeCountry());
            writePoint(r.home(), out);
            out.zigzag(r.creditLimit());
        }
        return out.toByteArray();
    }

    /**
     * @throws CorruptStateException when the bytes are no event
     */
    public static FeatureEvent decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        try {
            return switch (in.fixed8()) {
                case DECIDED ->
                    new FeatureEvent.Decided(
                            readAuthorization(in), Decision.valueOf(in.text()), Double.longBitsToDouble(in.fixed64()));
                case OUTCOME -> readOutcome(in);
                case REFERENCE -> readReference(in);
                default -> throw new CorruptStateException("unknown kind of event");
            };
        } catch (IllegalArgumentException e) {
            throw new CorruptStateException("not an event: " + e.getMessage());
        }
    }

    private static void writeAuthorization(Authorization a, ByteWriter out) {
        out.text(a.transactionId().value()).zigzag(a.occurredAt().toEpochMilli());
        writeMoney(a.amount(), out);
        out.text(a.card().token().value());
        optional(a.card().accountId() == null ? null : a.card().accountId().value(), out);
        out.text(a.card().entryMode().name());
        out.text(a.merchant().id().value())
                .text(a.merchant().categoryCode())
                .text(a.merchant().country());
        Authorization.Device device = a.device();
        optional(device == null || device.id() == null ? null : device.id().value(), out);
        optional(device == null ? null : device.ip(), out);
        writePoint(a.location(), out);
    }

    private static Authorization readAuthorization(ByteReader in) {
        TransactionId id = new TransactionId(in.text());
        Instant occurredAt = Instant.ofEpochMilli(in.zigzag());
        Money amount = readMoney(in);
        CardToken token = new CardToken(in.text());
        String account = optional(in);
        Authorization.Card card = new Authorization.Card(
                token, account == null ? null : new AccountId(account), EntryMode.valueOf(in.text()));
        Authorization.Merchant merchant = new Authorization.Merchant(new MerchantId(in.text()), in.text(), in.text());
        String device = optional(in);
        String ip = optional(in);
        return new Authorization(
                id,
                occurredAt,
                amount,
                card,
                merchant,
                device == null && ip == null
                        ? null
                        : new Authorization.Device(device == null ? null : new DeviceId(device), ip),
                readPoint(in));
    }

    private static FeatureEvent readOutcome(ByteReader in) {
        TransactionId id = new TransactionId(in.text());
        Instant occurredAt = Instant.ofEpochMilli(in.zigzag());
        Instant knownAt = Instant.ofEpochMilli(in.zigzag());
        boolean fraud = in.fixed8() == 1;
        Money amount = readMoney(in);
        CardToken card = new CardToken(in.text());
        String account = optional(in);
        MerchantId merchant = new MerchantId(in.text());
        String device = optional(in);
        return new FeatureEvent.Outcome(
                id,
                occurredAt,
                knownAt,
                fraud,
                amount,
                card,
                account == null ? null : new AccountId(account),
                merchant,
                device == null ? null : new DeviceId(device),
                optional(in));
    }

    private static FeatureEvent readReference(ByteReader in) {
        return new FeatureEvent.Reference(
                new CardToken(in.text()),
                new AccountId(in.text()),
                Instant.ofEpochMilli(in.zigzag()),
                FeatureEvent.CardStatus.valueOf(in.text()),
                Instant.ofEpochMilli(in.zigzag()),
                in.text(),
                readPoint(in),
                in.zigzag());
    }

    private static void writeMoney(Money money, ByteWriter out) {
        out.varint(money.value().scale());
        out.varint(money.value().unscaledValue().longValueExact());
        out.text(money.currency());
    }

    private static Money readMoney(ByteReader in) {
        int scale = (int) in.varint();
        return new Money(new BigDecimal(BigInteger.valueOf(in.varint()), scale), in.text());
    }

    private static void writePoint(@Nullable GeoPoint point, ByteWriter out) {
        out.fixed8(point == null ? 0 : 1);
        if (point != null) {
            out.fixed64(Double.doubleToRawLongBits(point.lat())).fixed64(Double.doubleToRawLongBits(point.lon()));
        }
    }

    private static @Nullable GeoPoint readPoint(ByteReader in) {
        return in.fixed8() == 0
                ? null
                : new GeoPoint(Double.longBitsToDouble(in.fixed64()), Double.longBitsToDouble(in.fixed64()));
    }

    private static void optional(@Nullable String value, ByteWriter out) {
        out.text(value == null ? "" : value);
    }

    private static @Nullable String optional(ByteReader in) {
        String value = in.text();
        return value.isEmpty() ? null : value;
    }
}
