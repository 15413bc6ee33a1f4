package io.tollgate.pipeline.batch;

import io.tollgate.features.EventOrder;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.OrderedStates;
import io.tollgate.features.csv.CsvEvents;
import io.tollgate.features.csv.CsvMapping;
import io.tollgate.features.csv.CsvReferences;
import io.tollgate.features.csv.CsvRow;
import io.tollgate.features.csv.ReferenceMapping;
import io.tollgate.features.csv.ReferenceRow;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.publish.RebuildWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * The backfill of a file in the order of time whose entities' states fit in memory: one walk, in the file's order, with
 * nothing sorted, copied or brought together. This thread reads and writes; each type of entity has a thread of its own,
 * which fills its slots of the vectors.
 *
 * <p>For one run, by one thread.
 */
final class OnePass implements AutoCloseable {
    /** Enough that handing over costs nothing; small enough that a few lie in the processor's cache. */
    private static final int BATCH = 2_048;

    /** Payments of one instant stay in one batch; this many of one instant are no history of payments. */
    private static final int MAX_BATCH = 65_536;

    /** Read ahead of the slowest type of entity. */
    private static final int IN_FLIGHT = 4;

    /** A busy card's state of fraud-v3 takes some 10 kB, most take a third of it; this keeps them within half the heap. */
    private static final long HEAP_PER_ENTITY = 20_480;

    /** Outcomes and reference data of later than now, some 300 bytes each. */
    private static final int MAX_PENDING = 1_000_000;

    private final FeatureEngine engine;
    private final ReadTransactions.Files files;
    private final ReadTransactions.Tally tally;
    private final LongAccumulator folded;
    private final PendingEvents pending = new PendingEvents();
    private final List<Walker> walkers = new ArrayList<>();
    private final Deque<Batch> inFlight = new ArrayDeque<>();

    /** Event time of the newest payment of the batches before. */
    private long doneMs = Long.MIN_VALUE;

    /** Takes the payments in the file's order. */
    @FunctionalInterface
    interface Sink {
        void accept(FeatureEvent.Decided payment, String label, double[] vector) throws IOException;
    }

    /** The file is not in order, or too large; nothing of what was written counts. */
    static final class NotPossibleException extends Exception {
        private static final long serialVersionUID = 1L;

        NotPossibleException(String reason) {
            super(reason);
        }
    }

    /** Neighbouring payments of the file, and all that becomes known up to the last of them. */
    private static final class Batch {
        final List<FeatureEvent.Decided> payments = new ArrayList<>(BATCH);
        final List<String> labels = new ArrayList<>(BATCH);
        final List<double[]> vectors = new ArrayList<>(BATCH);

        /** In the order of history; a payment has its place in the lists beside it, anything else -1. */
        final List<FeatureEvent> events = new ArrayList<>(2 * BATCH);

        final List<Integer> places = new ArrayList<>(2 * BATCH);

        final List<CompletableFuture<Void>> walked = new ArrayList<>();
        long newestMs = Long.MIN_VALUE;

        void addKnown(FeatureEvent event) {
            events.add(event);
            places.add(-1);
        }
    }

    /** One type of entity and its thread. */
    private static final class Walker {
        final OrderedStates states;
        final ExecutorService thread;
        final long maxEntities;

        Walker(FeatureEngine engine, EntityType type, long maxEntities) {
            this.maxEntities = maxEntities;
            this.states = engine.newOrderedStates(type);
            this.thread = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "backfill-" + type.lowerCase());
                thread.setDaemon(true);
                return thread;
            });
        }

        void walk(Batch batch, LongAccumulator folded) {
            long taken = 0;
            for (int i = 0; i < batch.events.size(); i++) {
                FeatureEvent event = batch.events.get(i);
                boolean took = event instanceof FeatureEvent.Decided payment
                        ? states.evaluateAndFold(payment, batch.vectors.get(batch.places.get(i)))
                        : states.fold(event);
                taken += took ? 1 : 0;
            }
            if (states.size() > maxEntities) {
                throw new CompletionException(new NotPossibleException("more than " + maxEntities + " entities of type "
                        + states.type().lowerCase() + " for this heap"));
            }
            synchronized (folded) {
                folded.add(taken);
            }
        }
    }

    OnePass(FeatureEngine engine, ReadTransactions.Files files, ReadTransactions.Tally tally, LongAccumulator folded) {
        this.engine = engine;
        this.files = files;
        this.tally = tally;
        this.folded = folded;
        long maxEntities = Runtime.getRuntime().maxMemory() / HEAP_PER_ENTITY;
        for (EntityType type : engine.entityTypes()) {
            walkers.add(
                    new Walker(engine, type, maxEntities / engine.entityTypes().size() / 2));
        }
    }

    /**
     * @param publishTo takes the final states; null for nowhere
     * @throws NotPossibleException when the file asks for a sort; the sink may have been given some payments by then
     */
    void run(Sink sink, @Nullable RebuildWriter publishTo) throws IOException, NotPossibleException {
        readReferences();
        CsvMapping columns = CsvMapping.resolve(files.mapping());
        try (CsvEvents file = CsvEvents.open(Path.of(files.transactions()), columns)) {
            int label = ReadTransactions.label(columns);
            Batch batch = new Batch();
            while (file.hasNext()) {
                CsvRow.Payment payment = ReadTransactions.payment(file.next(), engine, tally);
                if (payment == null) {
                    continue;
                }
                if (batch.payments.size() >= BATCH && payment.decided().timeMs() > batch.newestMs) {
                    batch = next(batch, sink);
                }
                add(payment, ReadTransactions.label(payment, label), batch);
            }
            next(batch, sink, true);
            while (!inFlight.isEmpty()) {
                finish(inFlight.remove(), sink);
            }
        }
        if (publishTo != null) {
            walkers.forEach(walker -> walker.states.forEach((id, state) -> publishTo.add(id, state, 0)));
            publishTo.flush();
        }
    }

    private void readReferences() throws NotPossibleException {
        String references = files.references();
        if (references == null) {
            return;
        }
        ReferenceMapping columns = ReferenceMapping.resolve(files.referenceMapping());
        try (CsvReferences file = CsvReferences.open(Path.of(references), columns)) {
            while (file.hasNext()) {
                tally.references().add(1);
                if (file.next() instanceof ReferenceRow.Known known) {
                    pending(known.reference());
                } else {
                    tally.referencesRejected().add(1);
                }
            }
        }
    }

    private void pending(FeatureEvent event) throws NotPossibleException {
        pending.add(event);
        if (pending.size() > MAX_PENDING) {
            throw new NotPossibleException("more than " + MAX_PENDING + " outcomes and reference records wait");
        }
    }

    private void add(CsvRow.Payment row, String label, Batch batch) throws NotPossibleException {
        FeatureEvent.Decided payment = row.decided();
        if (payment.timeMs() <= doneMs || batch.payments.size() >= MAX_BATCH) {
            throw new NotPossibleException("payments are not in the order of time at line " + row.line());
        }
        batch.payments.add(payment);
        batch.labels.add(label);
        batch.vectors.add(engine.defaults());
        batch.newestMs = Math.max(batch.newestMs, payment.timeMs());
        FeatureEvent.Outcome outcome = row.outcome();
        if (outcome != null) {
            pending(outcome);
        }
    }

    private Batch next(Batch batch, Sink sink) throws IOException, NotPossibleException {
        return next(batch, sink, false);
    }

    /**
     * @param last whether no payment follows: what becomes known after the last one belongs to the final states
     */
    private Batch next(Batch batch, Sink sink, boolean last) throws IOException, NotPossibleException {
        order(batch);
        for (FeatureEvent known = last ? pending.poll() : null; known != null; known = pending.poll()) {
            batch.addKnown(known);
        }
        doneMs = Math.max(doneMs, batch.newestMs);
        for (Walker walker : walkers) {
            batch.walked.add(CompletableFuture.runAsync(() -> walker.walk(batch, folded), walker.thread));
        }
        inFlight.add(batch);
        if (inFlight.size() > IN_FLIGHT) {
            finish(inFlight.remove(), sink);
        }
        return new Batch();
    }

    /** Brings the batch's payments, and what becomes known meanwhile, into the order of history. */
    private void order(Batch batch) {
        List<Integer> places = new ArrayList<>(batch.payments.size());
        for (int i = 0; i < batch.payments.size(); i++) {
            places.add(i);
        }
        places.sort((a, b) -> EventOrder.COMPARATOR.compare(batch.payments.get(a), batch.payments.get(b)));
        for (int place : places) {
            FeatureEvent.Decided payment = batch.payments.get(place);
            for (FeatureEvent known = pending.pollUntil(payment); known != null; known = pending.pollUntil(payment)) {
                batch.addKnown(known);
            }
            batch.events.add(payment);
            batch.places.add(place);
        }
    }

    private void finish(Batch batch, Sink sink) throws IOException, NotPossibleException {
        for (CompletableFuture<Void> walked : batch.walked) {
            try {
                walked.join();
            } catch (CompletionException | CancellationException e) {
                if (e.getCause() instanceof NotPossibleException reason) {
                    throw reason;
                }
                throw e;
            }
        }
        for (int i = 0; i < batch.payments.size(); i++) {
            FeatureEvent.Decided payment = batch.payments.get(i);
            double[] vector = batch.vectors.get(i);
            engine.derive(payment.authorization(), vector);
            sink.accept(payment, batch.labels.get(i), vector);
        }
    }

    /** Ends the threads, also in the middle of a batch. */
    @Override
    public void close() {
        walkers.forEach(walker -> walker.thread.shutdownNow());
    }
}
