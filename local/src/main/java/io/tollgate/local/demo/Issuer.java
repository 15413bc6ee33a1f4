package io.tollgate.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.local.traffic.Outgoing;
import io.tollgate.local.traffic.TrafficListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bank that issued the simulated cards: writes what it knows of them to Cosmos DB, some each second, and the truth
 * about payments some time after they were made. A fraud is reported by the cardholder; a genuine payment that was
 * stopped is confirmed by the cardholder; of all others nobody says anything, as in life.
 */
final class Issuer implements TrafficListener, AutoCloseable {
    /** References per payment: as one burst, all cards of a demonstration would keep the pipeline from the payments. */
    private static final double SHARE_OF_TRAFFIC = 0.25;

    /** More a second would say nothing more. */
    private static final int MAX_PER_SECOND = 50;

    /** Some minutes of the above; cards without reference data stay, as they do in life. */
    static final int MAX_REFERENCES = 10_000;

    /** Days in life; short, so that a minute's demonstration has something to see. */
    private static final Duration KNOWN_AFTER = Duration.ofSeconds(10);

    /** Payments whose truth is to come: what the highest rate stops within the time above. Past it nobody complains. */
    private static final int MAX_PENDING = 20_000;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    /** Where documents go. */
    interface Documents {
        void upsert(String container, ObjectNode document);
    }

    private record Pending(Outgoing payment, Instant knownAt) {}

    private final Documents documents;
    private final Iterator<FeatureEvent.Reference> references;
    private final int perSecond;
    private final Clock clock;
    private final BlockingQueue<Pending> pending = new ArrayBlockingQueue<>(MAX_PENDING);
    private final AtomicLong written = new AtomicLong();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "demo-issuer");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param references what is known of the cards
     * @param rate payments a second that will be made
     */
    Issuer(Documents documents, List<FeatureEvent.Reference> references, double rate, Clock clock) {
        this.documents = documents;
        this.references = references.iterator();
        this.perSecond = (int) Math.max(1, Math.min(MAX_PER_SECOND, rate * SHARE_OF_TRAFFIC));
        this.clock = clock;
    }

    /** From now on it writes. */
    Issuer start() {
        var unused = executor.scheduleWithFixedDelay(this::second, 0, 1, TimeUnit.SECONDS); // ends with the executor
        return this;
    }

    /** How many documents it has written; each is a new version. */
    long written() {
        return written.get();
    }

    @Override
    public void due(Outgoing payment) {
        // nothing is known before the decision
    }

    @Override
    public void answered(Outgoing payment, Decision decision, List<String> degraded, long latencyNanos) {
        if (payment.fraud() || decision != Decision.APPROVE) {
            var unused = pending.offer(new Pending(payment, clock.instant().plus(KNOWN_AFTER)));
        }
    }

    @Override
    public void failed(Outgoing payment, String cause) {
        // no decision, no payment
    }

    /** Writes what has become due. */
    void second() {
        for (int i = 0; i < perSecond && references.hasNext(); i++) {
            write("account_card_reference", IssuerDocuments.reference(references.next()));
        }
        Instant now = clock.instant();
        Pending first = pending.peek();
        while (first != null && !first.knownAt().isAfter(now)) {
            pending.remove();
            write(
                    "fraud_outcomes",
                    IssuerDocuments.outcome(
                            first.payment().authorization(), first.payment().fraud(), now));
            first = pending.peek();
        }
    }

    private void write(String container, ObjectNode document) {
        documents.upsert(container, document);
        written.incrementAndGet();
    }

    /** Returns when the last document is written; what is not known yet stays unknown. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
