package io.tollgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.model.Score.NoScore;
import io.tollgate.model.Score.Scored;
import io.tollgate.model.artifact.ModelVersion;
import io.tollgate.model.call.EndpointCall;
import io.tollgate.model.call.SimulatedEndpoint;
import io.tollgate.model.call.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The whole chain on virtual time: outages that take minutes pass in milliseconds. */
class ModelClientsTest {
    private static final ModelVersion VERSION = new ModelVersion("fraud", "7");
    private static final Duration BUDGET = Duration.ofMillis(40);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final VirtualTime time = new VirtualTime();
    private final SimulatedEndpoint endpoint = new SimulatedEndpoint(time);
    private final ModelClientSettings settings = ModelClientSettings.defaults();
    private final Heard heard = new Heard();
    private final ModelClient client = client(settings);

    private static final class Heard implements ModelClientListener {
        private final List<String> breaker = new ArrayList<>();
        private final List<Duration> elapsed = new ArrayList<>();
        private int hedges;
        private int wins;

        @Override
        public void scored(Score score, Duration took) {
            elapsed.add(took);
        }

        @Override
        public void hedged() {
            hedges++;
        }

        @Override
        public void hedgeWon() {
            wins++;
        }

        @Override
        public void breakerMoved(String state) {
            breaker.add(state);
        }
    }

    @Test
    void score_isTheEndpoints_whenItAnswersInTime() {
        assertThat(ask(BUDGET)).isEqualTo(new Scored(0.25, VERSION));
        assertThat(heard.elapsed).containsExactly(Duration.ofMillis(2));
    }

    @Test
    void score_leavesNoTimerBehind_whenItIsGiven() {
        for (int i = 0; i < 1_000; i++) {
            ask(BUDGET);
        }
        assertThat(time.pending()).isZero();
    }

    @Test
    void score_arrivesAtTheBudget_whenTheEndpointHangs() {
        endpoint.hangs();

        assertThat(ask(BUDGET)).isEqualTo(new NoScore(FailureCause.TIMEOUT));

        assertThat(heard.elapsed).containsExactly(BUDGET);
        assertThat(endpoint.cancelled()).isEqualTo(endpoint.calls());
    }

    @Test
    void breaker_opens_whenTheEndpointHangs() {
        endpoint.hangs();
        for (int i = 0; i < settings.breakerMinimum(); i++) {
            ask(BUDGET);
        }
        int asked = endpoint.calls();

        CompletionStage<Score> score = client.score(request(BUDGET));

        assertThat(now(score)).isEqualTo(new NoScore(FailureCause.BREAKER_OPEN));
        assertThat(endpoint.calls()).isEqualTo(asked);
    }

    @Test
    void breaker_closesAgain_whenTheEndpointRecovers() {
        endpoint.fails();
        for (int i = 0; i < settings.breakerMinimum(); i++) {
            ask(BUDGET);
        }
        endpoint.answersAfter(Duration.ofMillis(2));
        time.advance(settings.breakerOpenFor());
        for (int i = 0; i < settings.breakerTrials(); i++) {
            assertThat(ask(BUDGET)).isInstanceOf(Scored.class);
        }

        assertThat(heard.breaker).containsExactly("OPEN", "HALF_OPEN", "CLOSED");
    }

    @Test
    void breaker_staysClosed_whenOnlyHastyCallersTimeOut() {
        endpoint.answersAfter(Duration.ofMillis(5));
        for (int i = 0; i < settings.breakerWindow(); i++) {
            assertThat(ask(Duration.ofMillis(1))).isEqualTo(new NoScore(FailureCause.TIMEOUT));
        }

        assertThat(heard.breaker).isEmpty();
        assertThat(ask(BUDGET)).isInstanceOf(Scored.class);
    }

    @Test
    void breaker_staysClosed_whenTheBoundRefuses() {
        ModelClient narrow = client(withMaxConcurrent(1));
        CompletionStage<Score> first = narrow.score(request(BUDGET));
        for (int i = 0; i < settings.breakerWindow(); i++) {
            assertThat(now(narrow.score(request(BUDGET)))).isEqualTo(new NoScore(FailureCause.OVERLOAD));
        }
        time.advance(PAUSE);

        assertThat(now(first)).isInstanceOf(Scored.class);
        assertThat(heard.breaker).isEmpty();
    }

    @Test
    void bound_letsCallsInAgain_whenOthersAreDone() {
        ModelClient narrow = client(withMaxConcurrent(1));
        for (int i = 0; i < 10; i++) {
            CompletionStage<Score> score = narrow.score(request(BUDGET));
            time.advance(PAUSE);
            assertThat(now(score)).isInstanceOf(Scored.class);
        }
    }

    @Test
    void hedge_answers_whenTheFirstCallHangs() {
        warm();
        endpoint.hangs();
        CompletionStage<Score> score = client.score(request(BUDGET));
        endpoint.answersAfter(Duration.ofMillis(2));
        time.advance(PAUSE);

        assertThat(now(score)).isInstanceOf(Scored.class);
        assertThat(heard.wins).isOne();
        assertThat(endpoint.cancelled()).isOne();
    }

    @Test
    void hedge_isNotSent_whenTheFirstCallIsAsQuickAsUsual() {
        warm();

        assertThat(heard.hedges).isZero();
    }

    @Test
    void hedges_stayWithinTheirShare_whenTheEndpointTurnsSlow() {
        warm();
        int before = endpoint.calls();
        endpoint.answersAfter(Duration.ofMillis(30));
        for (int i = 0; i < 1_000; i++) {
            ask(BUDGET);
        }

        int saved = 10;
        assertThat(heard.hedges).isBetween(1, 50 + saved);
        assertThat(endpoint.calls() - before).isLessThanOrEqualTo(1_000 + 50 + saved);
    }

    @Test
    void failure_isNotRepeated_whenTheEndpointAnswersWithAnError() {
        endpoint.fails();

        assertThat(ask(BUDGET)).isEqualTo(new NoScore(FailureCause.ERROR_STATUS));
        assertThat(endpoint.calls()).isOne();
    }

    @Test
    void score_throws_whenTheVectorIsTooShort() {
        assertThatThrownBy(() -> client.score(new ScoreRequest(new double[3], 1, BUDGET)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model fraud/7 takes 3 values but the vector has 2");
    }

    /** Enough calls for an estimate of the latency and for some hedges to be saved. */
    private void warm() {
        for (int i = 0; i < 300; i++) {
            ask(BUDGET);
        }
    }

    private Score ask(Duration budget) {
        CompletionStage<Score> score = client.score(request(budget));
        time.advance(PAUSE);
        return now(score);
    }

    private static Score now(CompletionStage<Score> score) {
        assertThat(score.toCompletableFuture()).isDone();
        return score.toCompletableFuture().join();
    }

    private ModelClient client(ModelClientSettings chosen) {
        EndpointCall chain = ModelClients.chain(endpoint, chosen, time, time, heard);
        return new LocalFallback(chain, VERSION, 3, null, time, heard, () -> {});
    }

    private ModelClientSettings withMaxConcurrent(int max) {
        return new ModelClientSettings(
                max,
                settings.hedge(),
                settings.breakerFailurePercent(),
                settings.breakerWindow(),
                settings.breakerMinimum(),
                settings.breakerOpenFor(),
                settings.breakerTrials(),
                settings.fairBudget());
    }

    private static ScoreRequest request(Duration budget) {
        return new ScoreRequest(new double[3], 0, budget);
    }
}
