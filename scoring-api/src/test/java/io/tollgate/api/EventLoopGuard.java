package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;

/**
 * Fails every test class of this module during which an event loop was blocked: a payment that waits for a disk or a lock
 * holds up all others of its loop. JUnit finds it by itself.
 */
public final class EventLoopGuard implements AfterAllCallback {
    private static final Queue<String> BLOCKED = new ConcurrentLinkedQueue<>();
    private static final int FRAMES = 40;
    private static final Set<String> LOCKING = Set.of("lock", "readLock", "writeLock");

    static {
        BlockHound.install(builder -> {
            allow(builder);
            // The call goes on: made to fail, it would hide the next one, and leave locks and buffers half done.
            builder.blockingMethodCallback(method -> {
                StackTraceElement[] stack = Thread.currentThread().getStackTrace();
                if (Arrays.stream(stack).noneMatch(EventLoopGuard::takesALock)) {
                    BLOCKED.add(method + " on " + Thread.currentThread().getName() + text(stack));
                }
            });
        });
    }

    private static void allow(BlockHound.Builder builder) {
        // A lock that is held while a few kilobytes are copied, and about once per 5,000 payments a file is renamed.
        builder.allowBlockingCallsInside("io.tollgate.api.outbox.Outbox", "append");
        // A line at a change of state, never one per payment.
        builder.allowBlockingCallsInside("ch.qos.logback.classic.Logger", "callAppenders");
    }

    /**
     * Two loops that meet at a lock of the allocator, of a breaker's window or of a queue wait for as long as it takes to
     * move a counter, and whether they meet is chance. Waiting for an event is another matter: a sleep, a condition, a
     * future, a socket, a file.
     */
    private static boolean takesALock(StackTraceElement frame) {
        return frame.getClassName().startsWith("java.util.concurrent.locks.")
                && LOCKING.contains(frame.getMethodName());
    }

    private static String text(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .limit(FRAMES)
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining());
    }

    /** What has blocked an event loop since the last call. */
    static List<String> blocked() {
        List<String> blocked = new ArrayList<>();
        for (String one = BLOCKED.poll(); one != null; one = BLOCKED.poll()) {
            blocked.add(one);
        }
        return blocked;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        assertThat(blocked()).as("what blocked an event loop").isEmpty();
    }
}
