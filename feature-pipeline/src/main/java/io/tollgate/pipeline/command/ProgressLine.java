package io.tollgate.pipeline.command;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How far a long job has come, rewritten each second on standard error; silent when that is no terminal.
 */
final class ProgressLine implements AutoCloseable {
    private final ScheduledExecutorService ticker;

    ProgressLine(Supplier<String> line) {
        ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        if (onTerminal()) {
            var unused = ticker.scheduleAtFixedRate(
                    () -> System.err.print("\r" + line.get() + "  "), 1, 1, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        if (onTerminal()) {
            System.err.println();
        }
    }

    @SuppressWarnings(
            "SystemConsoleNull") // From JDK 22 on this is always true; then a log gets lines it does not need.
    private static boolean onTerminal() {
        return System.console() != null;
    }
}
