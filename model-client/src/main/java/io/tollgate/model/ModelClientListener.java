package io.tollgate.model;

import java.time.Duration;

/**
 * What a model client tells about itself, for metrics. Called on the thread that completes the score: implementations
 * must be quick, must not throw and must be thread-safe.
 */
public interface ModelClientListener {
    /** Hears nothing. */
    ModelClientListener NONE = new ModelClientListener() {};

    /** A score was given. {@code elapsed} runs from the request to the score. */
    default void scored(Score score, Duration elapsed) {}

    /** The endpoint failed. {@code detail} is safe to log: it holds no token, vector or body. */
    default void failed(FailureCause cause, String detail) {}

    /** A second call was sent because the first one was slower than usual. */
    default void hedged() {}

    /** The second call answered first. */
    default void hedgeWon() {}

    /** The breaker moved, to CLOSED, OPEN or HALF_OPEN. */
    default void breakerMoved(String state) {}
}
