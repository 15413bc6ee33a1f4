package io.tollgate.model.call;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What every decorator does with the future of the call that it decorates. */
public final class Completions {
    private Completions() {}

    /**
     * Runs {@code action} once {@code call} is done, with its attempt, or null when it was cancelled. An {@link
     * EndpointCall} completes in no third way, and an action must not throw.
     */
    public static void whenDone(CompletableFuture<Attempt> call, Consumer<@Nullable Attempt> action) {
        CompletableFuture<Attempt> unused = call.whenComplete((attempt, cancelled) -> action.accept(attempt));
    }

    /**
     * The same outcome, but only after {@code action} ran on it: a caller that sees the outcome sees the action's effect
     * too, which the order of a future's dependents does not promise. Cancelling the result cancels {@code call}.
     */
    public static CompletableFuture<Attempt> after(
            CompletableFuture<Attempt> call, Consumer<@Nullable Attempt> action) {
        if (call.isDone()) {
            whenDone(call, action);
            return call;
        }
        CompletableFuture<Attempt> result = new CompletableFuture<>();
        whenDone(call, attempt -> {
            action.accept(attempt);
            if (attempt != null) {
                result.complete(attempt);
            } else {
                result.cancel(false);
            }
        });
        whenDone(result, attempt -> {
            if (attempt == null) {
                call.cancel(false);
            }
        });
        return result;
    }
}
