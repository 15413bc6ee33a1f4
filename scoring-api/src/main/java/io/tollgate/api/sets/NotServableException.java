package io.tollgate.api.sets;

/** Why this process cannot serve a feature set: problem, cause and remedy in one line. */
public final class NotServableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotServableException(String message) {
        super(message);
    }

    public NotServableException(String message, Throwable cause) {
        super(message, cause);
    }
}
