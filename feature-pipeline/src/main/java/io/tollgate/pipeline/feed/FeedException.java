package io.tollgate.pipeline.feed;

/** The feed cannot go on by itself: problem, cause and remedy in one line. */
final class FeedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FeedException(String message, Throwable cause) {
        super(message, cause);
    }
}
