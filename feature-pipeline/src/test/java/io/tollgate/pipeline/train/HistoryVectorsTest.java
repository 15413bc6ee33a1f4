package io.tollgate.pipeline.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.csv.CsvRow;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.domain.Violation;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HistoryVectorsTest {
    private static final Instant START = Instant.parse("2026-10-01T10:00:00Z");
    private static final Instant LATER = START.plus(Duration.ofDays(100));
    private static final FeatureEngine ENGINE =
            FeatureEngine.compile(FeatureSets.fraudV3(), IdHasher.of("sixteen characters or more"));

    private final List<CsvRow> rows = new ArrayList<>();

    @Test
    void read_evaluatesEachPaymentFromThoseBeforeIt() {
        payment(0, "EUR", false);
        payment(30, "EUR", false);
        payment(50, "EUR", true);

        TrainingSet set = new HistoryVectors(ENGINE, LATER).read(rows.iterator());

        int count = slot("card_tx_count_1m");
        assertThat(set.rows()).isEqualTo(3);
        assertThat(set.row(2)[count] - set.row(1)[count]).isEqualTo(1);
        assertThat(set.row(1)[count] - set.row(0)[count]).isEqualTo(1);
        assertThat(set.labels()).containsExactly(0, 0, 1);
    }

    @Test
    void read_leavesOutPaymentsWhoseOutcomeWasNotKnownAtTheCutoff_butCountsThem() {
        payment(0, "EUR", null);
        payment(30, "EUR", false);
        HistoryVectors history = new HistoryVectors(ENGINE, LATER);

        TrainingSet set = history.read(rows.iterator());

        assertThat(set.rows()).isEqualTo(1);
        assertThat(history.unlabelled()).isEqualTo(1);
        assertThat(set.row(0)[slot("card_tx_count_1m")]).isGreaterThanOrEqualTo(1);
        HistoryVectors tooEarly = new HistoryVectors(ENGINE, START.plus(Duration.ofDays(1)));
        assertThat(tooEarly.read(rows.iterator()).rows()).isZero();
    }

    @Test
    void read_putsPaymentsOfOneMinuteInOrder_andRefusesOlderOnes() {
        payment(30, "EUR", false);
        payment(0, "EUR", false);
        assertThat(new HistoryVectors(ENGINE, LATER).read(rows.iterator()).rows())
                .isEqualTo(2);

        payment(600, "EUR", false);
        payment(100, "EUR", false);
        assertThatThrownBy(() -> new HistoryVectors(ENGINE, LATER).read(rows.iterator()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("line 5 is more than 60 s older")
                .hasMessageContaining("sort the file");
    }

    @Test
    void read_countsRowsThatCannotBeUsed() {
        rows.add(new CsvRow.Rejected(2, List.of(new Violation("amount.value", "is required"))));
        payment(0, "XXX", false);
        payment(1, "EUR", false);
        HistoryVectors history = new HistoryVectors(ENGINE, LATER);

        assertThat(history.read(rows.iterator()).rows()).isEqualTo(1);
        assertThat(history.rejected()).isEqualTo(2);
    }

    private static int slot(String feature) {
        var features = ENGINE.featureSet().features();
        for (int i = 0; i < features.size(); i++) {
            if (features.get(i).name().equals(feature)) {
                return i;
            }
        }
        throw new AssertionError("no feature " + feature);
    }

    /** An outcome may be null; the checker does not see that in the class file, where the type is a nested one. */
    @SuppressWarnings("NullAway")
    private void payment(int second, String currency, @Nullable Boolean fraud) {
        Instant at = START.plusSeconds(second);
        Authorization a = new Authorization(
                new TransactionId("t" + rows.size()),
                at,
                new Money(BigDecimal.TEN, currency),
                new Authorization.Card(new CardToken("c-1"), null, EntryMode.CHIP),
                new Authorization.Merchant(new MerchantId("m-1"), "5411", "DE"),
                null,
                null);
        FeatureEvent.Outcome outcome = fraud == null
                ? null
                : new FeatureEvent.Outcome(
                        a.transactionId(),
                        at,
                        at.plus(Duration.ofDays(7)),
                        fraud,
                        a.amount(),
                        a.card().token(),
                        null,
                        a.merchant().id(),
                        null,
                        null);
        rows.add(new CsvRow.Payment(
                rows.size() + 2, new FeatureEvent.Decided(a, Decision.APPROVE, Double.NaN), outcome, List.of()));
    }
}
