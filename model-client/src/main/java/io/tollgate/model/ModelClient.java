package io.tollgate.model;

import java.util.concurrent.CompletionStage;

/** Scores feature vectors. Thread-safe; {@link #close} releases connections and must be called once. */
public interface ModelClient extends AutoCloseable {

    /**
     * Scores one vector without blocking. What fails on the way is in the {@link Score}: the stage never completes
     * exceptionally, and completes within the request's budget and a timer's tick.
     *
     * <p>When called on one of the client's event loops, everything including the completion happens on that loop.
     *
     * @throws IllegalArgumentException if the vector is shorter than the model's signature, which is a caller's bug
     */
    CompletionStage<Score> score(ScoreRequest request);

    @Override
    void close();
}
