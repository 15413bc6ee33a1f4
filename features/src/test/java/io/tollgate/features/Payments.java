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
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Payments for tests: seeded, few entities, so that histories meet. */
final class Payments {
    static final long START_MS = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();

    private final Random random;
    private int next;

    Payments(long seed) {
        random = new Random(seed);
    }

    static FeatureEvent.Decided at(String id, long timeMs, String card, String merchant, String amount) {
        return new FeatureEvent.Decided(
                new Authorization(
                        new TransactionId(id),
                        Instant.ofEpochMilli(timeMs),
                        new Money(new BigDecimal(amount), "EUR"),
                        new Authorization.Card(new CardToken(card), new AccountId("a-1"), EntryMode.ECOM),
                        new Authorization.Merchant(new MerchantId(merchant), "5411", "DE"),
                        new Authorization.Device(new DeviceId("d-1"), "203.0.113.7"),
                        new GeoPoint(52.52, 13.40)),
                Decision.APPROVE,
                0.1);
    }

    /** A payment within {@code spanMs} of the start; bursts and equal instants are common. */
    FeatureEvent.Decided next(long spanMs, boolean wholeSeconds) {
        long time = START_MS + (long) (random.nextDouble() * spanMs);
        if (random.nextInt(3) == 0) {
            time = START_MS + random.nextInt(20) * (spanMs / 20) + random.nextInt(3_000);
        }
        time = wholeSeconds ? time / 1_000 * 1_000 : time;
        Authorization.Device device =
                random.nextInt(4) == 0 ? null : new Authorization.Device(new DeviceId("d-" + random.nextInt(5)), null);
        GeoPoint location = random.nextInt(3) == 0
                ? null
                : new GeoPoint(random.nextInt(1_000_000) / 1e4 - 50, random.nextInt(1_000_000) / 1e4);
        return new FeatureEvent.Decided(
                new Authorization(
                        new TransactionId("tx-" + next++),
                        Instant.ofEpochMilli(time),
                        new Money(BigDecimal.valueOf(random.nextInt(20_000), 2), "EUR"),
                        new Authorization.Card(
                                new CardToken("c-1"),
                                null,
                                pick(List.of(EntryMode.ECOM, EntryMode.CHIP, EntryMode.CONTACTLESS))),
                        new Authorization.Merchant(
                                new MerchantId("m-" + random.nextInt(12)), "5" + (100 + random.nextInt(9)), "DE"),
                        device,
                        location),
                pick(List.of(Decision.APPROVE, Decision.STEP_UP, Decision.DECLINE)),
                random.nextDouble());
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** The truth about some of the payments. */
    List<FeatureEvent.Outcome> outcomes(List<FeatureEvent.Decided> payments, long maxDelayMs) {
        List<FeatureEvent.Outcome> outcomes = new ArrayList<>();
        for (FeatureEvent.Decided payment : payments) {
            if (random.nextInt(3) == 0) {
                Authorization a = payment.authorization();
                outcomes.add(new FeatureEvent.Outcome(
                        a.transactionId(),
                        a.occurredAt(),
                        a.occurredAt().plusMillis((long) (random.nextDouble() * maxDelayMs)),
                        random.nextInt(4) != 0,
                        a.amount(),
                        a.card().token(),
                        null,
                        a.merchant().id(),
                        null,
                        null));
            }
        }
        return outcomes;
    }
}
