package io.tollgate.api.http;

/**
 * Tells when a service that rehearses has become warm: when its compilers have little left to do, and did not in the
 * window before either. Counting payments would not tell: with cores of its own a service is warm after a few thousand;
 * where compilers get little of the machine, what they were asked for in the first second waits for its turn much longer.
 * Confined to one thread.
 */
final class Warmth {
    /** Of a window's time; a busy compiler thread takes all of it. */
    private static final double QUIET = 0.25;

    /** A compiler may pause between two large methods. */
    private static final int WINDOWS = 2;

    private int quiet;

    /**
     * Whether the service is warm after one more window.
     *
     * @param nanos how long the window took
     * @param compilingNanos how long compilers worked in it
     */
    boolean after(long nanos, long compilingNanos) {
        quiet = compilingNanos <= QUIET * nanos ? quiet + 1 : 0;
        return quiet >= WINDOWS;
    }
}
