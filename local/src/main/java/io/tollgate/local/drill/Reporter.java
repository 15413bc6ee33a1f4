package io.tollgate.local.drill;

import java.io.PrintStream;

/** Says what happens, with the seconds since the start before it. Thread-safe. */
final class Reporter {
    private final PrintStream out;
    private final long startNanos = System.nanoTime();

    Reporter(PrintStream out) {
        this.out = out;
    }

    synchronized void say(String line) {
        out.printf("%6.1f s  %s%n", (System.nanoTime() - startNanos) / 1e9, line);
        out.flush();
    }
}
