package io.tollgate.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What an entity, an instant or a currency out of the ordinary does to a state and to its blob. */
class HeavyEntityTest {
    private static final int MILLION = 1_000_000;
    private static final FeatureSet SET = FeatureSets.fraudV3();
    private static final FeatureEngine ENGINE = FeatureEngine.compile(SET, IdHasher.of("a secret only for tests"));

    /** The card of a robot: a payment every 86 ms for a day, each at another merchant, with another device. */
    private static FeatureEvent.Decided robot(int i) {
        return new FeatureEvent.Decided(
                new Authorization(
                        new TransactionId("tx-" + i),
                        Instant.ofEpochMilli(Payments.START_MS + i * 86L),
                        new Money(new BigDecimal("99.99"), "EUR"),
                        new Authorization.Card(new CardToken("c-1"), new AccountId("a-1"), EntryMode.ECOM),
                        new Authorization.Merchant(
                                new MerchantId("m-" + i), "" + (1_000 + i % 9_000), i % 2 == 0 ? "DE" : "FR"),
                        new Authorization.Device(new DeviceId("d-" + i), "203.0.113.7"),
                        new GeoPoint(i % 90, i % 180)),
                Decision.APPROVE,
                0.5);
    }

    private static double value(double[] vector, String feature) {
        for (int slot = 0; slot < vector.length; slot++) {
            if (SET.features().get(slot).name().equals(feature)) {
                return vector[slot];
            }
        }
        throw new IllegalArgumentException("no feature " + feature);
    }

    @Test
    void cardWithAMillionPaymentsInADay_keepsABoundedState() {
        EntityState state = ENGINE.newState(EntityType.CARD);
        int largest = 0;
        for (int i = 0; i < MILLION; i++) {
            assertThat(state.fold(robot(i))).isTrue();
            if (i % 50_000 == 49_999) {
                for (Published published : state.publish("x", 1, 2)) {
                    largest = Math.max(largest, published.blob().length);
                }
            }
        }
        // Twelve kilobytes: tiles of every minute, hour and day, and four samples of a million values.
        assertThat(largest).isLessThan(12 * 1024);
        // Beside it the ids of ten minutes, by which duplicates are told.
        assertThat(state.encode().length).isLessThan(200 * 1024);
        assertThat(state.fold(robot(MILLION - 1))).as("a duplicate").isFalse();

        double[] vector = ENGINE.defaults();
        state.evaluate(robot(MILLION), vector);
        assertThat(value(vector, "card_tx_count_24h")).isCloseTo(MILLION, within(MILLION / 60.0));
        assertThat(value(vector, "card_distinct_merchants_24h")).isCloseTo(MILLION, within(3 * 0.15 * MILLION));
        assertThat(value(vector, "card_distinct_countries_24h")).isEqualTo(2);
    }

    /** A clock gone wrong: what it leaves must not spoil what follows longer than its own time. */
    @Test
    void paymentFromAnotherCentury_leavesEarlierAndLaterFeaturesAlone() {
        for (String other : new String[] {"1970-01-01T00:00:00Z", "1926-12-01T00:00:00Z"}) {
            EntityState state = ENGINE.newState(EntityType.CARD);
            EntityState reversed = ENGINE.newState(EntityType.CARD);
            FeatureEvent.Decided ancient =
                    Payments.at("tx-old", Instant.parse(other).toEpochMilli(), "c-1", "m-old", "5.00");
            FeatureEvent.Decided usual = Payments.at("tx-new", Payments.START_MS, "c-1", "m-1", "7.00");
            state.fold(ancient);
            state.fold(usual);
            reversed.fold(usual);
            reversed.fold(ancient);
            assertThat(reversed.encode()).isEqualTo(state.encode());

            double[] vector = ENGINE.defaults();
            state.evaluate(Payments.at("tx-3", Payments.START_MS + 1_000, "c-1", "m-2", "1.00"), vector);
            assertThat(value(vector, "card_tx_count_24h")).isEqualTo(1);
            assertThat(value(vector, "card_distinct_merchants_24h")).isEqualTo(1);
            assertThat(value(vector, "card_seconds_since_last")).isEqualTo(1);
        }
    }

    @Test
    void paymentFromTheFuture_isNotSeenByEarlierOnes_whileItStandsApart() {
        EntityState state = ENGINE.newState(EntityType.CARD);
        long future = Payments.START_MS + Duration.ofDays(3_650).toMillis();
        state.fold(Payments.at("tx-1", Payments.START_MS, "c-1", "m-1", "7.00"));
        state.fold(Payments.at("tx-far", future, "c-1", "m-2", "7.00"));
        double[] vector = ENGINE.defaults();
        state.evaluate(Payments.at("tx-2", Payments.START_MS + 60_000, "c-1", "m-1", "1.00"), vector);
        assertThat(value(vector, "card_distinct_merchants_24h")).isLessThanOrEqualTo(1);
        assertThat(vector).doesNotContain(Double.NaN).doesNotContain(Double.POSITIVE_INFINITY);
        byte[] encoded = state.encode();
        assertThat(ENGINE.decodeState(EntityType.CARD, encoded).encode()).isEqualTo(encoded);
    }

    @Test
    void currencyWithoutARate_isRefusedBeforeAnythingIsFolded() {
        FeatureEvent.Decided usual = Payments.at("tx-1", Payments.START_MS, "c-1", "m-1", "7.00");
        Authorization a = usual.authorization();
        Authorization exotic = new Authorization(
                a.transactionId(),
                a.occurredAt(),
                new Money(new BigDecimal("7.00"), "XTS"),
                a.card(),
                a.merchant(),
                a.device(),
                a.location());
        assertThat(ENGINE.supportsCurrency("XTS", exotic.occurredAt())).isFalse();
        assertThat(ENGINE.supportsCurrency("EUR", exotic.occurredAt())).isTrue();
        EntityState state = ENGINE.newState(EntityType.CARD);
        byte[] before = state.encode();
        assertThatThrownBy(() -> state.fold(new FeatureEvent.Decided(exotic, Decision.APPROVE, 0.1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no rate from XTS to EUR")
                .hasMessageContaining("add it to the rates table");
        assertThat(state.encode()).isEqualTo(before);
    }
}
