package io.tollgate.api.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tollgate.api.decision.Claims;
import io.tollgate.api.decision.DecisionRecord;
import io.tollgate.api.decision.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Claims in Redis, beside a memory of this process's own decisions.
 *
 * <p>Redis makes a retry safe on any replica. The memory answers retries that come back to the same replica without a
 * read, and stands in while Redis is away: then a transaction id is decided once per replica instead of once. What was
 * decided in that time is claimed when Redis is back, so that later retries find it on any replica.
 */
public final class RedisClaims implements Claims {
    private static final int ID_BYTES = 12;

    /** Nobody waits for it. */
    private static final Duration LATE_TIMEOUT = Duration.ofSeconds(1);

    private final RedisCommands redis;
    private final RedisBreaker breaker;
    private final Duration window;
    private final ClaimListener listener;
    private final LateClaims late = new LateClaims(this::claimLate);
    private final Cache<String, Held> memory;

    /**
     * @param window how long a decision stands
     * @param memoryBytes bound of this process's memory of decisions, about 2 KB each
     */
    public RedisClaims(
            RedisCommands redis, RedisBreaker breaker, Duration window, long memoryBytes, ClaimListener listener) {
        this.redis = redis;
        this.breaker = breaker;
        this.window = window;
        this.listener = listener;
        this.memory = Caffeine.newBuilder()
                .maximumWeight(memoryBytes)
                .weigher((String id, Held held) -> held.record.weight())
                .expireAfterWrite(window)
                // Upkeep is a few hundred nanoseconds now and then; a hop to another thread costs more.
                .executor(Runnable::run)
                .build();
    }

    /** A decision in memory. What is said of its event changes in place: a second write would cost as much as the first. */
    private static final class Held {
        volatile DecisionRecord record;

        Held(DecisionRecord record) {
            this.record = record;
        }
    }

    @Override
    public @Nullable DecisionRecord remembered(String transactionId) {
        Held held = memory.getIfPresent(transactionId);
        return held == null ? null : held.record;
    }

    @Override
    public void remember(String transactionId, DecisionRecord record) {
        Held held = memory.getIfPresent(transactionId);
        if (held == null) {
            memory.put(transactionId, new Held(record));
        } else {
            held.record = record;
        }
    }

    @Override
    public Mono<Claim> claim(String transactionId, DecisionRecord record, Duration timeout) {
        if (timeout.isZero()) {
            return Mono.just(claimLocally(transactionId, record));
        }
        return breaker.guard(redis.claim(key(transactionId), record.encode(), window, timeout))
                .map(held -> {
                    DecisionRecord standing = DecisionRecord.decode(held);
                    // Bytes that are no record cannot be answered with; this decision takes their place here.
                    return standing == null ? hold(transactionId, record) : lost(transactionId, standing);
                })
                .switchIfEmpty(Mono.fromSupplier(() -> hold(transactionId, record)))
                .doOnNext(claim -> late.catchUp())
                .onErrorResume(error -> {
                    listener.unshared(error);
                    return Mono.just(claimLocally(transactionId, record));
                });
    }

    /**
     * Whoever wrote it: that its event lies in this process's outbox is known by memory alone. A twin that was claimed a
     * moment ago may not have got that far, and this process may be killed before it does.
     */
    private Claim lost(String transactionId, DecisionRecord standing) {
        DecisionRecord unvouched = standing.writtenBy(DecisionRecord.NOBODY);
        memory.put(transactionId, new Held(unvouched));
        return new Claim.Lost(unvouched);
    }

    @Override
    public Claim claimLocally(String transactionId, DecisionRecord record) {
        Claim claim = hold(transactionId, record);
        if (claim instanceof Claim.Won) {
            late.add(transactionId);
        }
        return claim;
    }

    /** What was decided here while Redis was away; another replica may have decided the same in that time. */
    private Mono<Boolean> claimLate(String transactionId) {
        DecisionRecord record = remembered(transactionId);
        if (record == null) {
            return Mono.just(true);
        }
        return breaker.guard(redis.claim(key(transactionId), record.encode(), window, LATE_TIMEOUT))
                .map(held -> {
                    DecisionRecord standing = DecisionRecord.decode(held);
                    if (standing != null && !Arrays.equals(standing.answer(), record.answer())) {
                        // Both were answered; each replica stays with its own, all others follow the one that stands.
                        listener.contradicted();
                    }
                    return true;
                })
                .switchIfEmpty(Mono.fromSupplier(() -> {
                    listener.caughtUp();
                    return true;
                }));
    }

    private Claim hold(String transactionId, DecisionRecord record) {
        Held standing = memory.asMap().putIfAbsent(transactionId, new Held(record.writtenBy(DecisionRecord.NOBODY)));
        return standing == null ? new Claim.Won() : new Claim.Lost(standing.record);
    }

    @Override
    public Mono<DecisionRecord> find(String transactionId, Duration timeout) {
        DecisionRecord known = remembered(transactionId);
        if (known != null) {
            return Mono.just(known);
        }
        return redis.get(new byte[][] {key(transactionId)}, timeout)
                .flatMap(values -> Mono.justOrEmpty(values[0] == null ? null : DecisionRecord.decode(values[0])));
    }

    /** Hashed for an even length and an alphabet that no operator's tool trips over. */
    private static byte[] key(String transactionId) {
        byte[] hash = Sha256.of(transactionId.getBytes(StandardCharsets.US_ASCII));
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, ID_BYTES));
        return ("idem:{" + id + "}").getBytes(StandardCharsets.US_ASCII);
    }
}
