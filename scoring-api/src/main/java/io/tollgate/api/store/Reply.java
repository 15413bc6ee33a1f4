package io.tollgate.api.store;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Told, exactly once, what became of a command. Plain calls on the event loop: operators of a reactive library, three or
 * four around each command, took longer than the command.
 */
@FunctionalInterface
interface Reply<T> {
    /**
     * @param value what Redis said; null for its own null, and beside an error
     * @param error null when there is none
     */
    void told(@Nullable T value, @Nullable Throwable error);

    /** One for each of {@code parts}: tells the whole when all of them have succeeded, or the first error. */
    static <T> Reply<T> afterAll(int parts, T whole, Reply<T> then) {
        if (parts == 0) {
            then.told(whole, null);
        }
        AtomicInteger left = new AtomicInteger(parts);
        return (value, error) -> {
            if (error != null) {
                // None of the others brings it to zero any more.
                if (left.getAndSet(Integer.MIN_VALUE) > 0) {
                    then.told(null, error);
                }
            } else if (left.decrementAndGet() == 0) {
                then.told(whole, null);
            }
        };
    }
}
