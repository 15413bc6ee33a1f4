package io.tollgate.pipeline.batch;

import io.tollgate.features.EventOrder;
import io.tollgate.features.domain.FeatureEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What becomes known later than the payment that it was read with, given back in the order of history. Outcomes that
 * follow their payments after the same time come in order, which costs nothing; whatever does not is sorted. Confined to
 * one thread.
 */
final class PendingEvents {
    private final Deque<FeatureEvent> inOrder = new ArrayDeque<>();
    private final Queue<FeatureEvent> others = new PriorityQueue<>(EventOrder.COMPARATOR);

    int size() {
        return inOrder.size() + others.size();
    }

    void add(FeatureEvent event) {
        FeatureEvent last = inOrder.peekLast();
        if (last == null || EventOrder.COMPARATOR.compare(last, event) <= 0) {
            inOrder.addLast(event);
        } else {
            others.add(event);
        }
    }

    /** The next event that comes before {@code bound}, or null. */
    @Nullable
    FeatureEvent pollUntil(FeatureEvent bound) {
        Queue<FeatureEvent> queue = next();
        FeatureEvent next = queue.peek();
        return next == null || EventOrder.COMPARATOR.compare(next, bound) > 0 ? null : queue.remove();
    }

    /** The next event, or null. */
    @Nullable
    FeatureEvent poll() {
        return next().poll();
    }

    private Queue<FeatureEvent> next() {
        FeatureEvent first = inOrder.peek();
        FeatureEvent other = others.peek();
        boolean takeOther = other != null && (first == null || EventOrder.COMPARATOR.compare(other, first) < 0);
        return takeOther ? others : inOrder;
    }
}
