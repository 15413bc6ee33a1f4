package io.tollgate.features.state;

/** Bytes that are no state; carries no stack trace, because the serving path counts these and goes on. */
public final class CorruptStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptStateException(String problem) {
        super(problem, null, false, false);
    }
}
