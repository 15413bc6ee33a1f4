package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.api.DeadlineLadder.Paid;
import io.tollgate.features.Published;
import io.tollgate.features.domain.FeatureEvent.CardStatus;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.local.proxy.LinkFault;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Some groups missing, damaged or foreign; and what is still known of a merchant while Redis is away. */
@ExtendWith(DeadlineLadder.Shared.class)
class DeadlineLadderMissesIT {
    private static final int PAYMENTS = 5;
    private static final int HASH_OFFSET = 1;

    private final DeadlineLadder ladder;
    private final Planted planted;

    DeadlineLadderMissesIT(DeadlineLadder ladder) {
        this.ladder = ladder;
        this.planted = new Planted(ladder.redis());
    }

    private Paid pay(String card, String merchant, String amount) throws Exception {
        String id = DeadlineLadder.freshId("miss");
        return ladder.pay(Replica.payment(id, card, amount).replace("m-3156", merchant));
    }

    private static double defaultOf(String feature) {
        return FeatureSets.fraudV3().features().stream()
                .filter(spec -> spec.name().equals(feature))
                .mapToDouble(FeatureSpec::defaultValue)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void group_isAHitWithItsAges_whenItWasPublished() throws Exception {
        String card = DeadlineLadder.freshId("c");
        planted.write(planted.card(card, PAYMENTS));
        Meters before = ladder.meters();

        Paid paid = pay(card, "m-3156", "12.00");

        JsonNode group = ladder.group(paid, "card:activity");
        assertThat(group.path("outcome").asString()).isEqualTo("HIT");
        assertThat(group.path("sequence").asLong()).isEqualTo(Planted.SEQUENCE);
        long now = System.currentTimeMillis();
        assertThat(group.path("publishedAt").asLong()).isBetween(now - 30_000, now);
        assertThat(now - group.path("asOf").asLong()).isBetween(60_000L, 90_000L);
        assertThat(ladder.record(paid).path("features").path("card_tx_count_1h").asInt())
                .isEqualTo(PAYMENTS);
        String ages = "tollgate_features_age_seconds_sum";
        String[] label = {"group=\"card:activity"};
        assertThat(ladder.meters().of(ages, label) - before.of(ages, label)).isBetween(60.0, 90.0);
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                Arguments.of("CORRUPT", "a flipped bit", damage(blob -> {
                    blob[blob.length / 2] ^= 4;
                    return blob;
                })),
                Arguments.of("CORRUPT", "a cut", damage(blob -> java.util.Arrays.copyOf(blob, blob.length / 2))),
                Arguments.of("CORRUPT", "nothing", damage(blob -> new byte[0])),
                Arguments.of("VERSION_SKEW", "another set's hash", damage(blob -> {
                    blob[HASH_OFFSET] ^= 1;
                    return blob;
                })),
                Arguments.of("VERSION_SKEW", "another format", damage(blob -> {
                    blob[0]++;
                    return blob;
                })));
    }

    private static UnaryOperator<byte[]> damage(UnaryOperator<byte[]> of) {
        return blob -> of.apply(blob.clone());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("damages")
    void group_isMissedWithItsCause_whenItsBytesHave(String cause, String what, UnaryOperator<byte[]> damage)
            throws Exception {
        String card = DeadlineLadder.freshId("c");
        Published group = planted.card(card, PAYMENTS).get(0);
        planted.write(group, damage.apply(group.blob()));
        Meters before = ladder.meters();

        Paid paid = pay(card, "m-3156", "300.00");

        assertMissed(paid, "card:activity", cause, before);
        JsonNode features = ladder.record(paid).path("features");
        assertThat(features.path("card_tx_count_1h").asDouble()).as(what).isEqualTo(defaultOf("card_tx_count_1h"));
        // The card may have a past, and it cannot be seen.
        assertThat(paid.answer().path("reasons").toString()).contains("BLIND_RISKY");
        assertThat(paid.answer().path("decision").asString()).isNotEqualTo("APPROVE");
    }

    @Test
    void group_isNew_whenNothingIsKnownOfTheCard_norOfItsReference() throws Exception {
        Meters before = ladder.meters();

        Paid paid = ladder.pay();

        assertMissed(paid, "card:activity", "NEW_ENTITY", before);
        assertMissed(paid, "card:reference", "NEW_ENTITY", before);
        JsonNode features = ladder.record(paid).path("features");
        assertThat(features.path("card_tx_count_1h").asInt()).isZero();
        assertThat(features.path("card_status_blocked").asDouble()).isEqualTo(defaultOf("card_status_blocked"));
    }

    @Test
    void group_hasExpired_whenOnlyTheCardsReferenceIsLeft() throws Exception {
        String card = DeadlineLadder.freshId("c");
        planted.write(planted.reference(card, CardStatus.ACTIVE));
        Meters before = ladder.meters();

        Paid paid = pay(card, "m-3156", "12.00");

        assertMissed(paid, "card:activity", "EXPIRED", before);
        assertThat(ladder.group(paid, "card:reference").path("outcome").asString())
                .isEqualTo("HIT");
    }

    @Test
    void blockedCard_isDeclined_butNotWhileItsReferenceCannotBeRead() throws Exception {
        String card = DeadlineLadder.freshId("c");
        planted.write(planted.reference(card, CardStatus.BLOCKED));
        assertThat(pay(card, "m-3156", "60.00").answer().path("decision").asString())
                .isEqualTo("DECLINE");
        ladder.redisLink().set(new LinkFault.Refuse());

        Paid blind = pay(card, "m-3156", "60.00");

        assertThat(blind.answer().path("decision").asString()).isEqualTo("STEP_UP");
    }

    private void assertMissed(Paid paid, String group, String cause, Meters before) throws Exception {
        assertThat(paid.degraded()).isEmpty();
        JsonNode found = ladder.group(paid, group);
        assertThat(found.path("outcome").asString()).isEqualTo("MISS");
        assertThat(found.path("cause").asString()).isEqualTo(cause);
        String[] labels = {"group=\"" + group, "outcome=\"miss", "cause=\"" + cause};
        String name = "tollgate_features_lookups_total";
        assertThat(ladder.meters().of(name, labels) - before.of(name, labels)).isEqualTo(1);
    }

    @Test
    void busyMerchant_isStillKnown_whileRedisIsAway() throws Exception {
        String merchant = DeadlineLadder.freshId("m");
        planted.write(planted.merchant(merchant, PAYMENTS));
        Paid seen = pay(DeadlineLadder.freshId("c"), merchant, "12.00");
        JsonNode read = ladder.group(seen, "merchant:activity");
        assertThat(read.path("outcome").asString()).isEqualTo("HIT");
        Meters before = ladder.meters();
        ladder.redisLink().set(new LinkFault.Refuse());

        Paid paid = pay(DeadlineLadder.freshId("c"), merchant, "12.00");

        assertThat(paid.degraded()).containsExactlyInAnyOrder("FEATURES_UNAVAILABLE", "FEATURES_LAST_KNOWN");
        JsonNode group = ladder.group(paid, "merchant:activity");
        assertThat(group.path("outcome").asString()).isEqualTo("STALE");
        assertThat(group.path("cause").asString()).isEqualTo("UNAVAILABLE");
        for (String age : List.of("asOf", "publishedAt", "sequence")) {
            assertThat(group.path(age)).as(age).isEqualTo(read.path(age));
        }
        assertThat(ladder.group(paid, "card:activity").path("outcome").asString())
                .isEqualTo("MISS");
        JsonNode features = ladder.record(paid).path("features");
        assertThat(features.path("merchant_tx_count_10m").asInt()).isEqualTo(PAYMENTS);
        Meters after = ladder.meters();
        String[] labels = {"group=\"merchant:activity", "outcome=\"stale", "cause=\"UNAVAILABLE"};
        String lookups = "tollgate_features_lookups_total";
        assertThat(after.of(lookups, labels) - before.of(lookups, labels)).isEqualTo(1);
        String[] code = {"code=\"FEATURES_LAST_KNOWN"};
        String degraded = "tollgate_degraded_total";
        assertThat(after.of(degraded, code) - before.of(degraded, code)).isEqualTo(1);
    }
}
