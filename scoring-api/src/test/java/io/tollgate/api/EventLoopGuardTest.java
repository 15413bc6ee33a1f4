package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.api.store.EventLoops;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The guard itself: that it is there, and that it sees. */
class EventLoopGuardTest {

    @Test
    void sleep_isNoticed_onAnEventLoop() throws Exception {
        try (EventLoops loops = new EventLoops(1)) {
            loops.loops().get(0).submit(EventLoopGuardTest::sleep).get(20, TimeUnit.SECONDS);
        }
        assertThat(EventLoopGuard.blocked()).anySatisfy(one -> assertThat(one).contains("Thread.sleep"));
    }

    @Test
    void waitingForAFuture_isNoticed_onAnEventLoop() throws Exception {
        CompletableFuture<String> never = new CompletableFuture<>();
        try (EventLoops loops = new EventLoops(1)) {
            loops.loops()
                    .get(0)
                    .submit(() -> assertThatThrownBy(() -> never.get(1, TimeUnit.MILLISECONDS))
                            .isInstanceOf(TimeoutException.class))
                    .get(20, TimeUnit.SECONDS);
        }
        assertThat(EventLoopGuard.blocked()).anySatisfy(one -> assertThat(one).contains("Unsafe#park"));
    }

    @Test
    void sleep_isFine_onAnyOtherThread() throws Exception {
        Thread thread = new Thread(EventLoopGuardTest::sleep);
        thread.start();
        thread.join();

        assertThat(EventLoopGuard.blocked()).isEmpty();
    }

    private static void sleep() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
