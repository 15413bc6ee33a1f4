package io.tollgate.bench.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.bench.World;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.features.spec.FeatureSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class FeastTownTest {
    private static final FeatureSet SET = FeatureSets.fraudV3();
    private static final FeatureEngine ENGINE = FeatureEngine.compile(SET, IdHasher.of("a secret only for tests"));
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final World WORLD = World.sixtyDays(ENGINE, 2, NOW);
    private static final List<Authorization> PAYMENTS =
            Stream.generate(() -> WORLD.payment(NOW)).limit(20).toList();

    private final FeastTown town = new FeastTown(SET, PAYMENTS, FeastTownTest::vector);

    private static double[] vector(Authorization payment) {
        return ENGINE.reader().read(payment, WORLD.read(payment), false).values();
    }

    private static double value(String feature, Authorization payment) {
        List<String> names = SET.features().stream().map(FeatureSpec::name).toList();
        return vector(payment)[names.indexOf(feature)];
    }

    @Test
    void body_asksForAllReadFeaturesOfThePaymentsEntities() {
        Authorization payment = PAYMENTS.get(3);
        Map<?, ?> body = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(town.body(payment));
        assertThat(requireNonNull((List<?>) body.get("features")).stream().map(String::valueOf))
                .hasSize(town.features())
                .hasSize(68)
                .doesNotHaveDuplicates()
                .contains("card:card_tx_count_1m", "merchant:merchant_fraud_rate_30d", "ip:ip_tx_count_1h")
                .doesNotContain("card:tx_amount");
        Authorization.Device device = requireNonNull(payment.device());
        assertThat(body.get("entities"))
                .isEqualTo(Map.of(
                        "card", List.of(payment.card().token().value()),
                        "merchant", List.of(payment.merchant().id().value()),
                        "device", List.of(requireNonNull(device.id()).value()),
                        "ip", List.of(requireNonNull(device.ip()))));
    }

    @Test
    void expected_isWhatTollgateServesForTheEntitysFirstPayment() {
        Authorization first = PAYMENTS.get(0);
        Authorization later = PAYMENTS.stream()
                .skip(1)
                .filter(payment -> payment.card().equals(first.card()))
                .findFirst()
                .orElseThrow();
        assertThat(town.expected(later))
                .hasSize(68)
                .containsEntry("card_amount_sum_30d", value("card_amount_sum_30d", first))
                .containsEntry("card_km_from_last", value("card_km_from_last", first));
        assertThat(value("card_km_from_last", first)).isNotEqualTo(value("card_km_from_last", later));
    }

    @Test
    void write_givesEachViewARowForEachEntity(@TempDir Path directory) throws IOException {
        town.write(directory);
        assertThat(directory.resolve("features.csv"))
                .content()
                .startsWith("view,feature,type\n")
                .contains("card,card_tx_count_1m,Int64\n", "card,card_amount_sum_1h,Float64\n")
                .hasLineCount(69);
        List<String> cards = Files.readAllLines(directory.resolve("card.csv"));
        assertThat(cards).hasSize(3);
        assertThat(cards.get(0).split(",")).hasSize(39).startsWith("card", "card_tx_count_1m");
        Map<String, Double> expected = town.expected(PAYMENTS.get(0));
        String[] row = cards.stream()
                .filter(line -> line.startsWith(PAYMENTS.get(0).card().token().value() + ","))
                .findFirst()
                .orElseThrow()
                .split(",");
        String[] names = cards.get(0).split(",");
        for (int i = 1; i < names.length; i++) {
            assertThat(Double.parseDouble(row[i])).as(names[i]).isEqualTo(expected.get(names[i]));
        }
    }
}
