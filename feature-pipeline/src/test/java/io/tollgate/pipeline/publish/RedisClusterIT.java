package io.tollgate.pipeline.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Tail;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.DeviceId;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.UnifiedJedis;

/** The writers against one plain server, a cluster of one node and a cluster of two: the same bytes everywhere. */
class RedisClusterIT {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final int CARDS = 200;
    private static final long FIRST = 1L << 32;
    private static final FeatureEngine ENGINE =
            FeatureEngine.compile(FeatureSets.fraudV3(), IdHasher.of("a secret only for tests"));

    private static BackendsProcess plain;
    private static final Map<Integer, BackendsProcess> CLUSTERS = new HashMap<>();

    @BeforeAll
    static void start() throws IOException {
        plain = BackendsProcess.start(BackendOptions.only(Service.REDIS));
        for (int nodes : new int[] {1, 2}) {
            CLUSTERS.put(
                    nodes,
                    BackendsProcess.start(BackendOptions.only(Service.REDIS).withRedisNodes(nodes)));
        }
    }

    @AfterAll
    static void stop() {
        if (plain != null) {
            plain.close();
        }
        CLUSTERS.values().forEach(BackendsProcess::close);
    }

    private static RedisTarget single() {
        return RedisTarget.of(URI.create(plain.settings().redisUri()), false);
    }

    private static BackendsProcess cluster(int nodes) {
        return Objects.requireNonNull(CLUSTERS.get(nodes));
    }

    private static RedisTarget target(int nodes) {
        return RedisTarget.of(URI.create(cluster(nodes).settings().redisUri()), true);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void publisher_writesTheBytesOfAPlainServer_toACluster(int nodes) {
        flush();
        Map<EntityRef, EntityState> states = states();
        for (RedisTarget target : List.of(single(), target(nodes))) {
            try (RedisWriter writer = new RedisWriter(target)) {
                long written = writer.write(updates(states, FIRST), FIRST);
                assertThat(written).isGreaterThan(2L * CARDS);
                // A replay changes nothing, an older batch neither.
                assertThat(writer.write(updates(states, FIRST - 1), FIRST - 1)).isZero();
                new Heartbeat(target, "fs:v3:progress", Clock.fixed(NOW, ZoneOffset.UTC))
                        .afterBatch(List.of(PartitionProgress.accepted(3, 7, NOW.toEpochMilli())), FIRST);
                assertThat(writer.readProgress("fs:v3:progress"))
                        .containsEntry("3", NOW.toEpochMilli() + ":" + NOW.toEpochMilli() + ":" + FIRST);
            }
        }
        assertSameContent(nodes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void rebuild_writesTheBytesOfAPlainServer_toACluster(int nodes) {
        flush();
        for (RedisTarget target : List.of(single(), target(nodes))) {
            RebuildWriter writer = new RebuildWriter(target);
            states().forEach((entity, state) -> writer.add(entity.idHash(), state, 0));
            writer.flush();
        }
        assertSameContent(nodes);
    }

    @Test
    void publisher_takesFoldedPaymentsOutOfTails_onBothNodes() {
        flush();
        try (UnifiedJedis client = RedisClients.connect(target(2), "test");
                RedisWriter writer = new RedisWriter(target(2))) {
            List<byte[]> tails = new ArrayList<>();
            for (int card = 0; card < 20; card++) {
                for (Tail.Append append : ENGINE.tailAppends(payment(card))) {
                    client.append(append.key(), append.entry());
                    tails.add(append.key());
                }
            }
            writer.write(updates(states(), FIRST), FIRST);

            assertThat(tails).hasSize(40);
            assertThat(tails).noneMatch(client::exists);
        }
        for (String node : cluster(2).settings().redisNodes()) {
            try (JedisPooled direct = new JedisPooled(URI.create(node))) {
                assertThat(direct.dbSize()).as("keys of a node").isGreaterThan(CARDS / 2);
            }
        }
    }

    @Test
    void realTimeClaim_seesTheLoss_whenAnyNodeIsEmpty() {
        for (String node : cluster(2).settings().redisNodes()) {
            flush();
            try (RedisWriter writer = new RedisWriter(target(2));
                    JedisPooled direct = new JedisPooled(URI.create(node))) {
                RealTimeClaim claim = new RealTimeClaim(writer, ENGINE);
                claim.take(FIRST, false);
                claim.take(FIRST, true);
                claim.check(FIRST);
                assertThatThrownBy(() -> claim.check(FIRST + 1)).hasMessageContaining("has taken over");

                direct.flushAll();

                assertThatThrownBy(() -> claim.check(FIRST)).hasMessageContaining("Redis has lost the states");
                assertThatThrownBy(() -> claim.take(FIRST, true)).hasMessageContaining("Redis has lost the states");
                claim.take(FIRST + 1, false);
                claim.release(FIRST + 2);
                assertThat(direct.dbSize()).as("marks on %s", node).isZero();
            }
        }
    }

    private static void flush() {
        List<String> all = new ArrayList<>(plain.settings().redisNodes());
        CLUSTERS.values().forEach(cluster -> all.addAll(cluster.settings().redisNodes()));
        for (String node : all) {
            try (JedisPooled direct = new JedisPooled(URI.create(node))) {
                direct.flushAll();
            }
        }
    }

    private static void assertSameContent(int nodes) {
        try (JedisPooled one = new JedisPooled(URI.create(plain.settings().redisUri()));
                UnifiedJedis other = RedisClients.connect(target(nodes), "test")) {
            long keys = 0;
            for (String node : cluster(nodes).settings().redisNodes()) {
                try (JedisPooled direct = new JedisPooled(URI.create(node))) {
                    keys += direct.dbSize();
                }
            }
            assertThat(keys).isEqualTo(one.dbSize()).isGreaterThan(2L * CARDS);
            for (byte[] key : one.keys("fs:v3:{*".getBytes(StandardCharsets.US_ASCII))) {
                assertThat(content(other.get(key)))
                        .as(new String(key, StandardCharsets.US_ASCII))
                        .isEqualTo(content(one.get(key)));
                assertThat(other.pttl(key)).isPositive();
            }
        }
    }

    /** Without the time of publication, and the checksum over it. */
    private static byte[] content(byte[] blob) {
        assertThat(blob).isNotNull();
        byte[] content = Arrays.copyOf(blob, blob.length - 4);
        Arrays.fill(content, 13, 21, (byte) 0);
        return content;
    }

    private static List<EntityUpdate> updates(Map<EntityRef, EntityState> states, long sequence) {
        List<EntityUpdate> updates = new ArrayList<>();
        ByteArrayOutputStream ids = new ByteArrayOutputStream();
        for (int card = 0; card < CARDS; card++) {
            ids.writeBytes(Tail.id(payment(card).eventId()));
        }
        states.forEach((entity, state) ->
                updates.add(EntityUpdate.of(ENGINE, entity, state, ids.toByteArray(), List.of(), sequence)));
        return updates;
    }

    private static Map<EntityRef, EntityState> states() {
        Map<EntityRef, EntityState> states = new LinkedHashMap<>();
        for (int card = 0; card < CARDS; card++) {
            FeatureEvent event = payment(card);
            for (EntityRef entity : ENGINE.entitiesOf(event)) {
                states.computeIfAbsent(entity, ref -> ENGINE.newState(ref.type()))
                        .fold(event);
            }
        }
        return states;
    }

    private static FeatureEvent.Decided payment(int card) {
        Authorization authorization = new Authorization(
                new TransactionId("tx-" + card),
                NOW.minusSeconds(card),
                new Money(new BigDecimal("10.00"), "EUR"),
                new Authorization.Card(new CardToken("c-" + card), null, EntryMode.ECOM),
                new Authorization.Merchant(new MerchantId("m-" + card % 7), "5411", "DE"),
                new Authorization.Device(new DeviceId("d-" + card), "203.0.113." + card % 5),
                null);
        return new FeatureEvent.Decided(authorization, Decision.APPROVE, 0.1);
    }
}
