package io.tollgate.model;

import io.tollgate.model.Score.LocalScore;
import io.tollgate.model.Score.NoScore;
import io.tollgate.model.Score.Scored;
import io.tollgate.model.artifact.ModelVersion;
import io.tollgate.model.artifact.TreeEnsemble;
import io.tollgate.model.call.Attempt;
import io.tollgate.model.call.Attempt.Answer;
import io.tollgate.model.call.Attempt.Failure;
import io.tollgate.model.call.EndpointCall;
import io.tollgate.model.call.Timers;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The end of the chain: turns whatever came of the call into a score, from the model in process if need be. */
final class LocalFallback implements ModelClient {
    private final EndpointCall endpoint;
    private final ModelVersion version;
    private final int columns;
    private final @Nullable TreeEnsemble ensemble;
    private final Timers timers;
    private final ModelClientListener listener;
    private final Runnable onClose;

    LocalFallback(
            EndpointCall endpoint,
            ModelVersion version,
            int columns,
            @Nullable TreeEnsemble ensemble,
            Timers timers,
            ModelClientListener listener,
            Runnable onClose) {
        this.endpoint = endpoint;
        this.version = version;
        this.columns = columns;
        this.ensemble = ensemble;
        this.timers = timers;
        this.listener = listener;
        this.onClose = onClose;
    }

    @Override
    public CompletionStage<Score> score(ScoreRequest request) {
        int values = request.values().length - request.offset();
        if (values < columns) {
            throw new IllegalArgumentException(
                    "model " + version + " takes " + columns + " values but the vector has " + values);
        }
        long start = timers.nanoTime();
        return endpoint.call(request).thenApply(attempt -> {
            Score score = score(request, attempt);
            listener.scored(score, Duration.ofNanos(timers.nanoTime() - start));
            return score;
        });
    }

    private Score score(ScoreRequest request, Attempt attempt) {
        if (attempt instanceof Answer answer) {
            return new Scored(answer.probability(), version);
        }
        Failure failure = (Failure) attempt;
        listener.failed(failure.cause(), failure.detail());
        if (ensemble == null) {
            return new NoScore(failure.cause());
        }
        return new LocalScore(ensemble.probability(request.values(), request.offset()), version, failure.cause());
    }

    @Override
    public void close() {
        onClose.run();
    }
}
