package io.tollgate.api.store;

import io.tollgate.api.decision.Claims;
import io.tollgate.api.decision.DecisionRecord;
import io.tollgate.api.decision.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

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
    private final DecisionMemory memory;

    /**
     * @param window how long a decision stands
     * @param memoryBytes bound of this process's memory of decisions, see {@link DecisionMemory}
     */
    public RedisClaims(
            RedisCommands redis, RedisBreaker breaker, Duration window, long memoryBytes, ClaimListener listener) {
        this.redis = redis;
        this.breaker = breaker;
        this.window = window;
        this.listener = listener;
        this.memory = new DecisionMemory(memoryBytes, window);
    }

    @Override
    public @Nullable DecisionRecord remembered(String transactionId) {
        byte[] held = memory.get(transactionId);
        return held == null ? null : decoded(held);
    }

    private static DecisionRecord decoded(byte[] held) {
        return Objects.requireNonNull(DecisionRecord.decode(held), "nothing but records is put into the memory");
    }

    @Override
    public void remember(String transactionId, DecisionRecord record) {
        if (!memory.vouch(transactionId, record)) {
            memory.put(transactionId, record.encode(), record.writer());
        }
    }

    @Override
    public void claim(String transactionId, DecisionRecord record, Duration timeout, Consumer<Claim> then) {
        if (timeout.isZero()) {
            then.accept(claimLocally(transactionId, record));
            return;
        }
        byte[] encoded = record.encode();
        breaker.<byte[]>guard(
                timeout,
                reply -> redis.claim(key(transactionId), encoded, window, timeout, reply),
                (standing, error) -> then.accept(
                        error == null
                                ? claimed(transactionId, standing, encoded)
                                : unshared(transactionId, encoded, error)));
    }

    private Claim claimed(String transactionId, byte @Nullable [] standing, byte[] encoded) {
        try {
            Claim claim = standing == null ? hold(transactionId, encoded) : taken(transactionId, standing, encoded);
            late.catchUp();
            return claim;
        } catch (RuntimeException bug) {
            // Whoever waits is told something all the same.
            return unshared(transactionId, encoded, bug);
        }
    }

    private Claim unshared(String transactionId, byte[] encoded, Throwable why) {
        listener.unshared(why);
        return claimLocally(transactionId, encoded);
    }

    /**
     * The standing decision becomes nobody's here, whoever wrote it: that its event lies in this process's outbox is known
     * by memory alone. A twin that was claimed a moment ago may not have got that far, and this process may be killed
     * before it does.
     */
    private Claim taken(String transactionId, byte[] standing, byte[] encoded) {
        DecisionRecord record = DecisionRecord.decode(standing);
        if (record == null) {
            // Bytes that are no record cannot be answered with; this decision takes their place here.
            return hold(transactionId, encoded);
        }
        memory.put(transactionId, standing, DecisionRecord.NOBODY);
        return new Claim.Lost(record.writtenBy(DecisionRecord.NOBODY));
    }

    @Override
    public Claim claimLocally(String transactionId, DecisionRecord record) {
        return claimLocally(transactionId, record.encode());
    }

    private Claim claimLocally(String transactionId, byte[] encoded) {
        Claim claim = hold(transactionId, encoded);
        if (claim instanceof Claim.Won) {
            late.add(transactionId);
        }
        return claim;
    }

    /** What was decided here while Redis was away; another replica may have decided the same in that time. */
    private Mono<Boolean> claimLate(String transactionId) {
        byte[] held = memory.get(transactionId);
        if (held == null) {
            return Mono.just(true);
        }
        return Mono.<byte[]>create(sink -> breaker.guard(
                        LATE_TIMEOUT,
                        reply -> redis.claim(key(transactionId), held, window, LATE_TIMEOUT, reply),
                        into(sink)))
                .map(standing -> {
                    compare(held, standing);
                    return true;
                })
                .switchIfEmpty(Mono.fromSupplier(() -> {
                    listener.caughtUp();
                    return true;
                }));
    }

    /** What is done with a reply behind this may fail, and is then told as an error as well. */
    private static <T> Reply<T> into(MonoSink<T> sink) {
        return (value, error) -> {
            if (error == null) {
                sink.success(value);
            } else {
                sink.error(error);
            }
        };
    }

    /**
     * Where both were answered, each replica stays with its own, all others follow the one that stands. It may be this
     * very decision, when only the reply to its first claim was lost.
     */
    private void compare(byte[] held, byte[] standing) {
        DecisionRecord other = DecisionRecord.decode(standing);
        if (other == null) {
            return;
        }
        if (Arrays.equals(other.answer(), decoded(held).answer())) {
            listener.caughtUp();
        } else {
            listener.contradicted();
        }
    }

    private Claim hold(String transactionId, byte[] encoded) {
        byte[] standing = memory.putIfAbsent(transactionId, encoded, DecisionRecord.NOBODY);
        return standing == null ? new Claim.Won() : new Claim.Lost(decoded(standing));
    }

    @Override
    public Mono<DecisionRecord> find(String transactionId, Duration timeout) {
        DecisionRecord known = remembered(transactionId);
        if (known != null) {
            return Mono.just(known);
        }
        return Mono.<byte[][]>create(sink -> redis.get(new byte[][] {key(transactionId)}, timeout, into(sink)))
                .flatMap(values -> Mono.justOrEmpty(values[0] == null ? null : DecisionRecord.decode(values[0])));
    }

    /** Hashed for an even length and an alphabet that no operator's tool trips over. */
    private static byte[] key(String transactionId) {
        byte[] hash = Sha256.of(transactionId.getBytes(StandardCharsets.US_ASCII));
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, ID_BYTES));
        return ("idem:{" + id + "}").getBytes(StandardCharsets.US_ASCII);
    }
}
