package io.tollgate.pipeline.train;

/** The training data cannot be used; the message is one line with problem, cause and remedy. */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TrainingException(String message) {
        super(message);
    }

    TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
