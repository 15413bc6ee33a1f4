package io.tollgate.features.policy;

import io.tollgate.features.FeatureVector;
import io.tollgate.features.Lookup;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A small feature set and payments on it. */
final class PolicyFixture {
    static final FeatureSet FEATURES = FeatureSetReader.read("test.yaml", """
            featureSet: test
            version: v1
            baseCurrency: EUR
            groups:
              - {entity: card, name: activity}
              - {entity: device, name: activity}
            features:
              - {name: card_tx_count_1m, type: integer, unit: payments, description: Payments with the card, default: 0,
                 defaultReason: none, group: 'card:activity', aggregate: count, window: 1m}
              - {name: card_device_is_new, type: flag, unit: flag, description: Device not seen with the card, default: 1,
                 defaultReason: none, group: 'card:activity', aggregate: isNew, field: device, window: 30d,
                 reason: {code: NEW_DEVICE, message: 'A device that the card was not used with'}}
              - {name: device_amount_sum_24h, type: number, unit: EUR, description: Spent with the device, default: 0,
                 defaultReason: none, group: 'device:activity', aggregate: sum, window: 24h,
                 reason: {code: DEVICE_SPEND, message: '{value} EUR spent with this device'}}
            """);

    static final PolicyVocabulary VOCABULARY = PolicyVocabulary.of(FEATURES);

    private static final Lookup HIT = new Lookup.Hit(0, 0, 0);

    private PolicyFixture() {}

    static CompiledPolicy policy(String... lines) {
        return PolicyReader.read("policy.yaml", "version: t\n" + String.join("\n", lines), VOCABULARY);
    }

    /** A payment by chip of 20 EUR with card c-1 at merchant m-1 in DE, category 5411, without device and score. */
    static Payment payment() {
        return new Payment();
    }

    /** Builder of policy inputs. */
    static final class Payment {
        private double amount = 20;
        private String card = "c-1";
        private String merchant = "m-1";
        private String category = "5411";
        private String country = "DE";
        private EntryMode channel = EntryMode.CHIP;
        private Authorization.@Nullable Device device;
        private double score = Double.NaN;
        private final double[] features = {0, 0, 0};
        private Lookup cardActivity = HIT;
        private Set<Degradation> degraded = Set.of();

        Payment amount(double value) {
            amount = value;
            return this;
        }

        Payment card(String value) {
            card = value;
            return this;
        }

        Payment category(String value) {
            category = value;
            return this;
        }

        Payment country(String value) {
            country = value;
            return this;
        }

        Payment channel(EntryMode value) {
            channel = value;
            return this;
        }

        Payment device(String id, String ip) {
            device = new Authorization.Device(new DeviceId(id), ip);
            return this;
        }

        Payment score(double value) {
            score = value;
            return this;
        }

        Payment count(double value) {
            features[0] = value;
            return this;
        }

        Payment newDevice() {
            features[1] = 1;
            return this;
        }

        Payment cardActivity(Lookup value) {
            cardActivity = value;
            return this;
        }

        Payment degraded(Degradation... values) {
            degraded = Set.of(values);
            return this;
        }

        PolicyInput input() {
            Authorization authorization = new Authorization(
                    new TransactionId("tx-1"),
                    Instant.EPOCH,
                    new Money(BigDecimal.valueOf(amount), "EUR"),
                    new Authorization.Card(new CardToken(card), null, channel),
                    new Authorization.Merchant(new MerchantId(merchant), category, country),
                    device,
                    null);
            FeatureVector vector = new FeatureVector(
                    features.clone(), List.of(cardActivity, device == null ? Lookup.NOT_APPLICABLE : HIT));
            return new PolicyInput(authorization, amount, vector, score, degraded);
        }
    }
}
