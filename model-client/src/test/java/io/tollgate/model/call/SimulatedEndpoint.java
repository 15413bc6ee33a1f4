package io.tollgate.model.call;

import io.tollgate.model.FailureCause;
import io.tollgate.model.ScoreRequest;
import io.tollgate.model.call.Attempt.Answer;
import io.tollgate.model.call.Attempt.Failure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** An endpoint on virtual time: answers after its latency, fails or hangs as it is told. */
public final class SimulatedEndpoint implements EndpointCall {
    public static final Answer ANSWER = new Answer(0.25);
    public static final Failure ERROR = new Failure(FailureCause.ERROR_STATUS, "status 500");

    private final VirtualTime time;
    private Duration latency = Duration.ofMillis(2);
    private Attempt outcome = ANSWER;
    private boolean hanging;
    private int calls;
    private int cancelled;

    public SimulatedEndpoint(VirtualTime time) {
        this.time = time;
    }

    public void answersAfter(Duration delay) {
        latency = delay;
        outcome = ANSWER;
        hanging = false;
    }

    public void fails() {
        outcome = ERROR;
        hanging = false;
    }

    public void hangs() {
        hanging = true;
    }

    public int calls() {
        return calls;
    }

    public int cancelled() {
        return cancelled;
    }

    @Override
    public CompletableFuture<Attempt> call(ScoreRequest request) {
        calls++;
        CompletableFuture<Attempt> result = new CompletableFuture<>();
        Completions.whenDone(result, attempt -> cancelled += attempt == null ? 1 : 0);
        if (!hanging) {
            Attempt decided = outcome;
            time.after(latency, () -> result.complete(decided));
        }
        return result;
    }
}
