package io.tollgate.api.store;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Transactions that were decided while Redis was away, to be claimed there once it is back: a retry that reaches another
 * replica then finds the decision. One claim at a time, so that a Redis that has just come back is not met by all of them
 * at once. Thread-safe.
 */
final class LateClaims {
    /**
     * Ids, about 100 bytes each: half a minute of a busy replica. Of a longer outage the first are forgotten, whose
     * retries are the least likely to come yet.
     */
    static final int MAX = 16_384;

    private final Function<String, Mono<Boolean>> claim;
    private final ConcurrentLinkedQueue<String> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean();

    /**
     * @param claim claims one transaction; gives one value, whether Redis took notice, or an error
     */
    LateClaims(Function<String, Mono<Boolean>> claim) {
        this.claim = claim;
    }

    void add(String transactionId) {
        waiting.add(transactionId);
        if (count.incrementAndGet() > MAX) {
            take();
        }
    }

    /** To be called when Redis has answered. Does not wait; costs a read of a counter when there is nothing to do. */
    void catchUp() {
        if (count.get() > 0 && running.compareAndSet(false, true)) {
            run();
        }
    }

    int waiting() {
        return count.get();
    }

    private void run() {
        var unused = Flux.<String>generate(sink -> {
                    String id = take();
                    if (id == null) {
                        sink.complete();
                    } else {
                        sink.next(id);
                    }
                })
                // Without prefetch: an id that was taken and not claimed would be lost.
                .concatMap(id -> claim.apply(id).onErrorReturn(false).doOnNext(noticed -> again(id, noticed)), 0)
                .takeWhile(noticed -> noticed)
                .doFinally(signal -> running.set(false))
                .subscribe();
    }

    /** Away again: the next answer of Redis takes this up. */
    private void again(String id, boolean noticed) {
        if (!noticed) {
            add(id);
        }
    }

    private @Nullable String take() {
        String id = waiting.poll();
        if (id != null) {
            count.decrementAndGet();
        }
        return id;
    }
}
