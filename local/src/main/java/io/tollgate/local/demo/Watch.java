package io.tollgate.local.demo;

import io.tollgate.local.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Waits for things to happen, and gives up when a process that should run has ended. Thread-safe. */
final class Watch {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final AtomicReference<DemoException> failure = new AtomicReference<>();
    private final AtomicBoolean stopping = new AtomicBoolean();

    /** Something that is to become true. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** From now on an end of this process is a failure, until {@link #stopping}. */
    void over(String name, ChildProcess process, Path log) {
        var unused = process.onExit().thenAccept(status -> {
            if (!stopping.get()) {
                failure.compareAndSet(
                        null,
                        DemoException.failed(name + " ended with exit status " + status + "; " + LogTail.of(log)));
            }
        });
    }

    /** From now on processes may end. */
    void stopping() {
        stopping.set(true);
    }

    boolean isStopping() {
        return stopping.get();
    }

    /** @throws DemoException when a process has ended that should not have */
    void check() throws DemoException {
        DemoException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    /**
     * @return whether it held before the limit
     * @throws DemoException when a process ended, or the condition cannot be tested
     */
    boolean until(Condition condition, Duration limit) throws DemoException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            check();
            try {
                if (condition.holds()) {
                    return true;
                }
            } catch (DemoException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw DemoException.failed("cannot tell how the demo goes: " + e.getMessage(), e);
            }
            Thread.sleep(PAUSE.toMillis());
        }
        return false;
    }
}
