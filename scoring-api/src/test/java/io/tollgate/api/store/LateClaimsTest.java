package io.tollgate.api.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class LateClaimsTest {
    private final List<String> claimed = new ArrayList<>();
    private final List<Sinks.One<Boolean>> replies = new ArrayList<>();
    private final LateClaims late = new LateClaims(this::claim);

    private Mono<Boolean> claim(String id) {
        claimed.add(id);
        Sinks.One<Boolean> reply = Sinks.one();
        replies.add(reply);
        return reply.asMono();
    }

    private void reply(boolean noticed) {
        replies.get(replies.size() - 1).tryEmitValue(noticed).orThrow();
    }

    @Test
    void claims_areMadeOneByOne_inTheirOrder() {
        late.add("tx-1");
        late.add("tx-2");
        late.catchUp();
        late.catchUp();
        assertThat(claimed).containsExactly("tx-1");

        reply(true);
        assertThat(claimed).containsExactly("tx-1", "tx-2");
        reply(true);

        assertThat(late.waiting()).isZero();
        late.catchUp();
        assertThat(claimed).hasSize(2);
    }

    @Test
    void claim_isMadeAgain_whenRedisWentAwayMeanwhile() {
        late.add("tx-1");
        late.catchUp();
        reply(false);
        assertThat(late.waiting()).isOne();

        late.catchUp();
        replies.get(1).tryEmitError(new IllegalStateException("away")).orThrow();
        late.catchUp();
        reply(true);

        assertThat(claimed).containsExactly("tx-1", "tx-1", "tx-1");
        assertThat(late.waiting()).isZero();
    }

    @Test
    void oldest_isForgotten_whenThereAreTooMany() {
        for (int i = 0; i <= LateClaims.MAX; i++) {
            late.add("tx-" + i);
        }
        late.catchUp();

        assertThat(claimed).containsExactly("tx-1");
        assertThat(late.waiting()).isEqualTo(LateClaims.MAX - 1);
    }

    /** As when all of them have left this process's memory: each is done before it has begun. */
    @Test
    void claims_areAllMade_whenNoneOfThemWaits() {
        LateClaims quick = new LateClaims(id -> Mono.just(true));
        for (int i = 0; i < LateClaims.MAX; i++) {
            quick.add("tx-" + i);
        }
        quick.catchUp();

        assertThat(quick.waiting()).isZero();
    }
}
