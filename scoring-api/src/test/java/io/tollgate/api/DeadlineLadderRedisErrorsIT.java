package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import io.tollgate.api.DeadlineLadder.Paid;
import io.tollgate.local.proxy.LinkFault;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A Redis that answers, but not with what it was asked for; and callers who do not wait for it. */
@ExtendWith(DeadlineLadder.Shared.class)
class DeadlineLadderRedisErrorsIT {
    /** More than the breaker looks back on: a read and a claim each. */
    private static final int MANY = 60;

    private final DeadlineLadder ladder;

    DeadlineLadderRedisErrorsIT(DeadlineLadder ladder) {
        this.ladder = ladder;
    }

    /** A state of Redis, and the way out of it. */
    private record State(
            String name, Consumer<RedisCommands<byte[], byte[]>> enter, Consumer<RedisCommands<byte[], byte[]>> leave) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> statesWithoutWrites() {
        return Stream.of(
                        new State(
                                "OOM, it is full",
                                redis -> redis.configSet("maxmemory", "1"),
                                redis -> redis.configSet("maxmemory", "0")),
                        new State(
                                "READONLY, it is a replica after a fail-over",
                                redis -> redis.replicaof("127.0.0.1", 1),
                                RedisCommands::replicaofNoOne),
                        new State(
                                "NOPERM, this user may not write",
                                redis -> redis.aclSetuser(
                                        "default",
                                        new AclSetuserArgs()
                                                .removeCommand(CommandType.SET)
                                                .removeCommand(CommandType.EVALSHA)
                                                .removeCommand(CommandType.EVAL)),
                                redis -> redis.aclSetuser("default", new AclSetuserArgs().allCommands())))
                .map(Arguments::of);
    }

    /** What it refuses, it refuses at once: no reason to leave unread what it would tell. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("statesWithoutWrites")
    void features_areRead_whileRedisTakesNoWrites(State state) throws Exception {
        Meters before = ladder.meters();
        state.enter().accept(ladder.redis().sync());
        try {
            for (int i = 0; i < MANY; i++) {
                assertThat(ladder.pay().degraded()).as("payment %s", i).isEmpty();
            }
        } finally {
            state.leave().accept(ladder.redis().sync());
        }

        // A full Redis may still take one or two while it gives memory back.
        assertThat(counted("tollgate_claims_unshared_total", before)).isBetween(MANY - 5.0, (double) MANY);
    }

    /** A key of ours that holds something else is an error of every claim on it. */
    @Test
    void payment_isDecided_whenItsClaimIsNoString() throws Exception {
        Paid paid = ladder.pay();
        List<byte[]> claims = ladder.redis().sync().keys("idem:*");
        assertThat(claims).isNotEmpty();
        for (byte[] key : claims) {
            ladder.redis().sync().del(key);
            ladder.redis().sync().lpush(key, key);
        }
        try (Replica other = ladder.replica("wrong-type")) {
            Paid again = DeadlineLadder.pay(other, paid.id(), Replica.payment(paid.id(), "c-" + paid.id(), "12.00"));
            assertThat(again.degraded()).doesNotContain("FEATURES_UNAVAILABLE");
            assertThat(other.get("/v1/authorizations/" + paid.id()).statusCode())
                    .isEqualTo(200);
        } finally {
            claims.forEach(key -> ladder.redis().sync().del(key));
        }
    }

    /** One client's haste is no reason to take the features from all others. */
    @Test
    void features_areRead_whileOtherCallersLeaveRedisNoTime() throws Exception {
        ladder.redisLink().set(new LinkFault.Delay(Duration.ofMillis(25)));
        for (int i = 0; i < 2 * MANY; i++) {
            String id = DeadlineLadder.freshId("hasty");
            HttpResponse<String> answer = ladder.replica()
                    .send(ladder.replica()
                            .request("/v1/authorizations")
                            // Features have a tenth of a second, and what the reserve leaves: a few milliseconds.
                            .header("Tollgate-Budget-Ms", "115")
                            .POST(BodyPublishers.ofString(Replica.payment(id, "c-" + id, "12.00")))
                            .build());
            assertThat(answer.body()).contains("FEATURES_TIMEOUT");
        }

        assertThat(ladder.pay().degraded()).doesNotContain("FEATURES_UNAVAILABLE", "FEATURES_TIMEOUT");
    }

    /** Redis took the claim, and its word for it came too late. */
    @Test
    void decision_isCaughtUp_whenOnlyTheReplyToItsClaimWasLost() throws Exception {
        Meters before = ladder.meters();
        ladder.redisLink().set(new LinkFault.Delay(Duration.ofMillis(300)));
        ladder.pay();
        assertThat(counted("tollgate_claims_unshared_total", before)).isOne();

        ladder.heal();

        assertThat(counted("tollgate_claims_caught_up_total", before)).isOne();
        assertThat(counted("tollgate_claims_contradicted_total", before)).isZero();
    }

    private double counted(String name, Meters before) throws Exception {
        return ladder.meters().of(name) - before.of(name);
    }
}
