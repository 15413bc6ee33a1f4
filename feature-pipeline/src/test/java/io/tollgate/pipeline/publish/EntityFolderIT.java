package io.tollgate.pipeline.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.Blob;
import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.config.EngineSource;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.UnifiedJedis;

/** Several writers of one entity, each believing that it is the only one, on a real Redis. */
class EntityFolderIT {
    private static final EngineSource SOURCE = new EngineSource("fraud-v3", "secret of the folder's test");
    private static final FeatureEngine ENGINE = SOURCE.engine();
    private static final long EPOCH = 1_800_000_000;
    private static final int EVENTS = 400;

    /** Far longer than events of one card are recognised by their id: only the fence knows them then. */
    private static final Duration APART = Duration.ofMinutes(7);

    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

    private static BackendsProcess backends;
    private static RedisTarget target;
    private static UnifiedJedis redis;

    @BeforeAll
    static void start() throws IOException {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS));
        target = RedisTarget.of(URI.create(backends.settings().redisUri()), false);
        redis = RedisClients.connect(target, "test");
    }

    @AfterAll
    static void stop() {
        redis.close();
        backends.close();
    }

    @BeforeEach
    void clear() {
        redis.flushAll();
    }

    @Test
    void fold_countsEachMessageOnce_whenTheTopicIsReplayedUnderNewOffsets() {
        EntityFolder folder = folder(EPOCH);
        long at = 0;
        for (int from = 0; from < EVENTS; from += 50) {
            // The fan-out was killed: it sends again what it had sent since its last commit, and goes on.
            for (int i = Math.max(0, from - 130); i < Math.min(EVENTS, from + 50); i++) {
                var unused = folder.fold(List.of(message(EPOCH, at++, i)));
            }
        }
        assertHoldsPlainFold();
    }

    @Test
    void fold_countsEachMessageOnceAndNeverGoesBack_whenZombiesWriteTheSameEntities() throws Exception {
        int writers = 4;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                SplittableRandom random = new SplittableRandom(20_261_128 + writer);
                running.add(threads.submit(() -> foldAll(random)));
            }
            byte[] card = ENGINE.groupKey(0, cardHash());
            long newest = 0;
            while (running.stream().anyMatch(task -> !task.isDone())) {
                byte[] blob = redis.get(card);
                if (blob != null) {
                    assertThat(Blob.sequence(blob)).isGreaterThanOrEqualTo(newest);
                    newest = Blob.sequence(blob);
                }
            }
            for (Future<?> task : running) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertHoldsPlainFold();
    }

    private static void foldAll(SplittableRandom random) {
        EntityFolder folder = folder(EPOCH);
        for (int i = 0; i < EVENTS; ) {
            List<EntityFolder.Message> chunk = new ArrayList<>();
            for (int size = 1 + random.nextInt(5); size > 0 && i < EVENTS; size--, i++) {
                chunk.add(message(EPOCH, i, i));
            }
            var unused = folder.fold(chunk);
        }
    }

    @Test
    void fold_endsTheOlderWriter_whenANewerCheckpointHasTakenOver() {
        var old = folder(EPOCH).fold(List.of(message(EPOCH, 5, 0)));
        assertThat(old.keysWritten()).isPositive();
        // The newer one has begun with the hub's first message, so it begins with nothing.
        for (int i = 0; i < EVENTS; i++) {
            var unused = folder(EPOCH + 60).fold(List.of(message(EPOCH + 60, i, i)));
        }
        assertHoldsPlainFold();

        assertThatThrownBy(() -> folder(EPOCH).fold(List.of(message(EPOCH, EVENTS + 1, EVENTS))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("newer checkpoint");
        assertHoldsPlainFold();
    }

    @Test
    void fold_skipsMessages_whenAnOlderCheckpointsFanOutHasLeftThem() {
        var unused = folder(EPOCH).fold(List.of(message(EPOCH - 1, 0, 0)));
        assertThat(redis.keys("*")).isEmpty();
    }

    @Test
    void claim_isRefused_whenStatesAreGoneOrSomebodyElses() {
        RealTimeClaim claim = new RealTimeClaim(RedisWriters.of(target), ENGINE);
        claim.take(EPOCH, false);
        claim.take(EPOCH, true);
        claim.check(EPOCH);
        claim.take(EPOCH + 1, false);
        assertThatThrownBy(() -> claim.check(EPOCH)).hasMessageContaining("has taken over");
        assertThatThrownBy(() -> claim.take(EPOCH, true)).hasMessageContaining("has taken over");
        assertThatThrownBy(() -> claim.release(EPOCH)).hasMessageContaining("remove checkpoints/publisher");
        claim.release(EPOCH + 2);
        assertThatThrownBy(() -> claim.check(EPOCH + 1)).hasMessageContaining("Redis has lost the states");
        assertThatThrownBy(() -> claim.take(EPOCH + 1, true)).hasMessageContaining("Redis has lost the states");
    }

    private static EntityFolder folder(long epoch) {
        return new EntityFolder(RedisWriters.of(target), ENGINE, epoch);
    }

    /** Of the card, from one of two partitions of the hub. */
    private static EntityFolder.Message message(long epoch, long offset, int number) {
        EntityEvent event = new EntityEvent(
                EntityKey.format(new EntityRef(EntityType.CARD, cardHash())),
                EventCodec.encode(event(number)),
                EntityEvent.NOT_COUNTED,
                event(number).timeMs());
        RoutedEvent routed = new RoutedEvent(epoch, number % 2, number, event);
        return EntityFolder.Message.of(epoch, offset, routed.encode());
    }

    private static FeatureEvent event(int number) {
        Authorization payment = new Authorization(
                new TransactionId("tx-" + number),
                START.plus(APART.multipliedBy(number)),
                new Money(BigDecimal.valueOf(1_000 + number, 2), "EUR"),
                new Authorization.Card(new CardToken("c-1"), null, EntryMode.CHIP),
                new Authorization.Merchant(new MerchantId("m-" + number % 7), "5411", "DE"),
                null,
                null);
        return new FeatureEvent.Decided(payment, Decision.APPROVE, 0.1);
    }

    private static String cardHash() {
        return ENGINE.entitiesOf(event(0)).stream()
                .filter(entity -> entity.type() == EntityType.CARD)
                .findFirst()
                .orElseThrow()
                .idHash();
    }

    private static void assertHoldsPlainFold() {
        EntityState state = ENGINE.newState(EntityType.CARD);
        for (int i = 0; i < EVENTS; i++) {
            assertThat(state.fold(event(i))).isTrue();
        }
        Map<Integer, byte[]> blobs = new HashMap<>();
        for (Published published : state.publish(cardHash(), 0, 0)) {
            blobs.put(published.group(), withoutHeader(published.blob()));
            assertThat(withoutHeader(redis.get(published.key()))).isEqualTo(blobs.get(published.group()));
        }
        assertThat(blobs).isNotEmpty();
    }

    /** From the state to before the checksum, which is over the header too. */
    private static byte[] withoutHeader(byte[] blob) {
        return Arrays.copyOfRange(blob, Blob.SEQUENCE_OFFSET + Blob.SEQUENCE_BYTES + 6, blob.length - 4);
    }
}
