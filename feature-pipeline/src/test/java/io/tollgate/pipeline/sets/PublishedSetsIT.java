package io.tollgate.pipeline.sets;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.features.spec.ActiveFeatureSet.Reference;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetReader;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.publish.RedisClients;
import io.tollgate.pipeline.publish.RedisTarget;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.UnifiedJedis;

/** The commands that look into Redis, on a real one with two published sets. */
class PublishedSetsIT {
    private static final String V3 = FeatureSets.file("fraud-v3").text();
    private static final String V4 =
            V3.replace("version: v3", "version: v4").replaceFirst("window: 1h\n", "window: 2h\n");
    private static final IdHasher HASHER = IdHasher.of("a secret only for tests");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final int CARDS = 50;

    @TempDir
    static Path folder;

    private static BackendsProcess backends;
    private static String uri;
    private static UnifiedJedis redis;
    private static String v4;

    @BeforeAll
    static void start() throws IOException {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS));
        uri = backends.settings().redisUri();
        redis = RedisClients.connect(RedisTarget.of(URI.create(uri), false), "test");
        v4 = Files.writeString(folder.resolve("v4.yaml"), V4).toString();
    }

    @AfterAll
    static void stop() {
        if (redis != null) {
            redis.close();
        }
        if (backends != null) {
            backends.close();
        }
    }

    @BeforeEach
    void clear() {
        redis.flushAll();
    }

    private static Ran run(String command, String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "feature-set";
        all[1] = command;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        all[all.length - 2] = "--redis-uri";
        all[all.length - 1] = uri;
        return Ran.of(all);
    }

    /** Each card paid 10 minutes and 90 minutes before noon: the changed window sees one more. */
    private static void publish(FeatureSet set, int cards) {
        FeatureEngine engine = FeatureEngine.compile(set, HASHER);
        Map<EntityRef, EntityState> states = new HashMap<>();
        for (int card = 0; card < cards; card++) {
            for (int minutes : new int[] {90, 10}) {
                FeatureEvent event = new FeatureEvent.Decided(payment(card, minutes), Decision.APPROVE, 0.1);
                for (EntityRef entity : engine.entitiesOf(event)) {
                    states.computeIfAbsent(entity, ref -> engine.newState(ref.type()))
                            .fold(event);
                }
            }
        }
        states.forEach((entity, state) -> {
            for (Published published : state.publish(entity.idHash(), 1, NOON.toEpochMilli())) {
                redis.set(published.key(), published.blob());
            }
        });
    }

    private static Authorization payment(int card, int minutesBefore) {
        return new Authorization(
                new TransactionId("tx-" + card + "-" + minutesBefore),
                NOON.minus(Duration.ofMinutes(minutesBefore)),
                new Money(new BigDecimal("10.00"), "EUR"),
                new Authorization.Card(new CardToken("c-" + card), null, EntryMode.CHIP),
                new Authorization.Merchant(new MerchantId("m-1"), "5411", "DE"),
                null,
                null);
    }

    private static FeatureSet set(String text) {
        return FeatureSetReader.read("test", text);
    }

    @Test
    void coverage_countsEntitiesAndDifferences_ofTwoLiveVersions() {
        publish(set(V3), CARDS);
        publish(set(V4), CARDS / 2);

        Ran ran = run("coverage", "fraud-v3", v4, "--at", NOON.toString());

        assertThat(ran.code()).as(ran.err()).isZero();
        // Half of the cards and the one merchant.
        assertThat(ran.out()).contains("51.0% of 51 entities of fraud-v3 sampled are known to fraud-v4 (26)");
        assertThat(ran.out()).containsPattern("card_tx_count_1h +25 +25 +100\\.0% +1\\.00 +2\\.00");
        assertThat(ran.out()).containsPattern("card_tx_count_24h +25 +0 +0\\.0% +2\\.00 +2\\.00");
        assertThat(ran.out()).containsPattern("card:activity +50 +25 ");
    }

    @Test
    void coverage_comparesDerivedFeatures_forTheEntitiesThatTheyAreReadFrom() throws IOException {
        String changed =
                V4.replace("derive: 'ratio(amount, card_amount_mean_30d, 1.0)'", "derive: '7.0 + card_tx_count_1h'");
        assertThat(changed).isNotEqualTo(V4);
        String file = Files.writeString(folder.resolve("derived.yaml"), changed).toString();
        publish(set(V3), CARDS);
        publish(set(changed), CARDS);

        Ran ran = run("coverage", "fraud-v3", file, "--at", NOON.toString());

        assertThat(ran.code()).as(ran.err()).isZero();
        // An amount of nothing over a mean of ten, against seven and the two payments within the wider window.
        assertThat(ran.out()).containsPattern("amount_to_mean_ratio +50 +50 +100\\.0% +0\\.00 +9\\.00");
        // Of the payment alone: there is no entity to compare it for.
        assertThat(ran.out()).doesNotContainPattern("(?m)^tx_is_ecom ");
    }

    @Test
    void publish_keepsTheDefinition_andRefusesAnotherOfTheSameVersion() throws IOException {
        String other = Files.writeString(folder.resolve("other.yaml"), V4.replaceFirst("window: 2h\n", "window: 3h\n"))
                .toString();

        assertThat(run("publish", v4, "--definition-only").code()).isZero();
        assertThat(run("publish", v4, "--definition-only").code()).isZero();
        Ran refused = run("publish", other, "--definition-only");

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("v4 is published already").contains("another version");
        assertThat(redis.hget(ActiveFeatureSet.PUBLISHED_KEY, "v4")).isEqualTo(V4);
    }

    @Test
    void retire_deletesTheVersionsKeysOnly_andRefusesWhatIsInUse() {
        publish(set(V3), CARDS);
        publish(set(V4), CARDS);
        int each = redis.keys("fs:v4:*").size();

        assertThat(run("retire", "v4").err()).contains("never switched");
        redis.set(ActiveFeatureSet.KEY, new ActiveFeatureSet(1, Reference.of(set(V3)), Reference.of(set(V4))).encode());
        assertThat(run("retire", "v3").err()).contains("v3 is active");
        long now = System.currentTimeMillis();
        redis.hset("fs:v4:progress", "0", now + ":" + now + ":1");
        assertThat(run("retire", "v4").err()).contains("publisher of v4 is at work");
        redis.hset("fs:v4:progress", "0", now + ":" + (now - 60_000) + ":1");

        assertThat(run("retire", "v4", "--dry-run").out())
                .contains((each + 1) + " keys of v4")
                .contains("would be");
        assertThat(redis.keys("fs:v4:*")).hasSize(each + 1);
        Ran retired = run("retire", "v4");

        assertThat(retired.code()).as(retired.err()).isZero();
        assertThat(redis.keys("fs:v4:*")).isEmpty();
        assertThat(redis.keys("fs:v3:*")).hasSize(each);
    }

    @Test
    void commands_sayWhatToCheck_whenRedisIsAway() {
        Ran ran = Ran.of("feature-set", "retire", "v4", "--redis-uri", "redis://127.0.0.1:1");

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err().strip())
                .contains("does not answer")
                .contains("--redis-uri")
                .doesNotContain("\n");
    }
}
