package io.tollgate.pipeline.publish;

import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import java.math.BigDecimal;
import java.time.Instant;

/** Events of one card for tests of what becomes of them. */
final class Payments {
    private static final CardToken CARD = new CardToken("c-1");

    private Payments() {}

    static FeatureEvent.Decided payment(String id, Instant at) {
        Authorization authorization = new Authorization(
                new TransactionId(id),
                at,
                new Money(new BigDecimal("10.00"), "EUR"),
                new Authorization.Card(CARD, null, EntryMode.CHIP),
                new Authorization.Merchant(new MerchantId("m-1"), "5411", "DE"),
                null,
                null);
        return new FeatureEvent.Decided(authorization, Decision.APPROVE, 0.1);
    }

    static FeatureEvent.Reference reference(Instant validFrom) {
        return new FeatureEvent.Reference(
                CARD,
                new AccountId("a-1"),
                validFrom,
                FeatureEvent.CardStatus.ACTIVE,
                validFrom.minusSeconds(1_000_000),
                "DE",
                null,
                500_000);
    }
}
