package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
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
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two replicas over a Redis cluster of two nodes: a payment's entities lie on both. */
class RedisClusterIT {
    private static final int CARDS = 30;

    @TempDir
    static Path scratch;

    private static BackendsProcess backends;
    private static Replica first;
    private static Replica second;

    @BeforeAll
    static void start() throws IOException {
        backends = BackendsProcess.start(
                BackendOptions.only(Service.REDIS, Service.KAFKA).withRedisNodes(2));
        first = Replica.start(backends.settings(), scratch.resolve("first"), "--tollgate.redis.cluster=true");
        second = Replica.start(backends.settings(), scratch.resolve("second"), "--tollgate.redis.cluster=true");
    }

    @AfterAll
    static void stop() {
        Stream.of(first, second).filter(replica -> replica != null).forEach(Replica::close);
        if (backends != null) {
            backends.close();
        }
    }

    @Test
    void payments_seeTailsClaimsAndPublishedFeatures_onBothNodes() throws Exception {
        publish();
        for (int card = 0; card < CARDS; card++) {
            String body = Replica.payment("rc-a-" + card, "c-rc-" + card, "10.00");
            String answer = first.authorize(body).body();
            assertThat(answer).doesNotContain("FEATURES_");
            assertThat(second.authorize(body).body()).as("a retry").isEqualTo(answer);

            second.authorize(Replica.payment("rc-b-" + card, "c-rc-" + card, "10.00"));
            JsonNode explained = first.json("/v1/authorizations/rc-b-" + card);

            assertThat(explained.path("tail").toString()).isEqualTo("[\"rc-a-" + card + "\"]");
            assertThat(explained.path("features").path("card_tx_count_1h").asInt())
                    .as("one published, one from the tail")
                    .isEqualTo(2);
            assertThat(explained.path("groups").get(0).path("outcome").asString())
                    .isEqualTo("HIT");
        }
        assertThat(JsonMapper.shared()
                        .readTree(first.get("/v1/feature-sets").body())
                        .path("active")
                        .asString())
                .isEqualTo("v3");
        for (String node : backends.settings().redisNodes()) {
            assertThat(keys(node)).as("keys of a node").isGreaterThan(CARDS);
        }
    }

    /** One earlier payment of each card, as a publisher leaves it. */
    private static void publish() {
        FeatureEngine engine = FeatureEngine.compile(FeatureSets.fraudV3(), IdHasher.of(Replica.SECRET));
        RedisClusterClient client =
                RedisClusterClient.create(backends.settings().redisUri());
        try (StatefulRedisClusterConnection<byte[], byte[]> redis = client.connect(ByteArrayCodec.INSTANCE)) {
            for (int card = 0; card < CARDS; card++) {
                FeatureEvent event = earlier(card);
                for (EntityRef entity : engine.entitiesOf(event)) {
                    EntityState state = engine.newState(entity.type());
                    state.fold(event);
                    for (Published published : state.publish(entity.idHash(), 1L << 32, System.currentTimeMillis())) {
                        redis.sync().set(published.key(), published.blob());
                    }
                }
            }
        } finally {
            client.shutdown();
        }
    }

    private static FeatureEvent.Decided earlier(int card) {
        Authorization authorization = new Authorization(
                new TransactionId("rc-0-" + card),
                Instant.ofEpochMilli(System.currentTimeMillis() - 60_000),
                new Money(new BigDecimal("10.00"), "EUR"),
                new Authorization.Card(new CardToken("c-rc-" + card), null, EntryMode.ECOM),
                new Authorization.Merchant(new MerchantId("m-rc"), "5411", "DE"),
                null,
                null);
        return new FeatureEvent.Decided(authorization, Decision.APPROVE, 0.1);
    }

    private static long keys(String node) {
        RedisClient client = RedisClient.create(node);
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            return connection.sync().dbsize();
        } finally {
            client.shutdown();
        }
    }
}
