package io.tollgate.pipeline.feed;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells threads to end after what they are doing, and wakes those that wait. Thread-safe. */
final class StopSignal {
    private final CountDownLatch given = new CountDownLatch(1);

    void give() {
        given.countDown();
    }

    boolean isGiven() {
        return given.getCount() == 0;
    }

    void await() throws InterruptedException {
        given.await();
    }

    /** Returns after this time, or when the signal is given. */
    void pause(Duration time) throws InterruptedException {
        var unused = given.await(time.toNanos(), TimeUnit.NANOSECONDS); // the caller's loop asks isGiven
    }
}
