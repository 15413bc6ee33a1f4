package io.tollgate.local.demo;

import org.jspecify.annotations.Nullable;

/** The demonstration cannot go on; the message is one line for the person who started it. */
public final class DemoException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Exit code when an option, a file or a port cannot be used. */
    public static final int USAGE = 2;

    /** Exit code when something failed that should not have. */
    public static final int FAILED = 1;

    /** Exit code after Ctrl-C, as shells have it. */
    static final int INTERRUPTED = 130;

    private final int exitCode;

    private DemoException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public static DemoException usage(String message) {
        return new DemoException(USAGE, message, null);
    }

    public static DemoException failed(String message) {
        return new DemoException(FAILED, message, null);
    }

    public static DemoException failed(String message, Throwable cause) {
        return new DemoException(FAILED, message, cause);
    }

    public int exitCode() {
        return exitCode;
    }
}
