package io.tollgate.pipeline.batch;

import io.tollgate.features.Deriver;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
    private static final int BATCH = 512;

    /** Payments of one instant stay in one batch; this many of one instant are no history of payments. */
    private static final int MAX_BATCH = 65_536;

    /** Events whose states are fetched from memory together: some hundred kilobytes, which a core's own cache holds. */
    private static final int TOUCHED = 64;

    /** Read ahead of the slowest type of entity. */
    private static final int IN_FLIGHT = 4;

    /** A busy card's state of fraud-v3 takes some 10 kB, most take a third of it; this keeps them within half the heap. */
    private static final long HEAP_PER_ENTITY = 20_480;

    /** The largest batch takes a second. */
    private static final int LAST_BATCH_SECONDS = 60;

    /** Outcomes and reference data of later than now, some 300 bytes each. */
    private static final int MAX_PENDING = 1_000_000;

    private final FeatureEngine engine;
    private final Deriver deriver;
    private final double[] defaults;
    private final ReadTransactions.Files files;
    private final ReadTransactions.Tally tally;
    private final LongAccumulator folded;
    private final PendingEvents pending = new PendingEvents();
    private final List<Walker> walkers = new ArrayList<>();
    private final Deque<Batch> inFlight = new ArrayDeque<>();

    /** Event time of the newest payment of the batches before. */
    private long doneMs = Long.MIN_VALUE;

    /** Takes the payments in the file's order; a vector is used again afterwards. */
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

    /** Neighbouring payments of the file, and all that becomes known up to the last of them. Used again when written. */
    private static final class Batch {
        final List<FeatureEvent.Decided> payments = new ArrayList<>(BATCH);
        final List<String> labels = new ArrayList<>(BATCH);
        long[] cents = new long[BATCH];
        double[][] vectors = {};

        /** What becomes known meanwhile: outcomes, reference data. */
        final List<FeatureEvent> known = new ArrayList<>(BATCH);

        /** The order of history: a payment's place in the lists above, or -1 - its place for what becomes known. */
        int[] steps = new int[2 * BATCH];

        int stepCount;

        final List<CompletableFuture<Void>> walked = new ArrayList<>();
        long newestMs = Long.MIN_VALUE;
        boolean inOrder = true;

        void clear() {
            payments.clear();
            labels.clear();
            known.clear();
            walked.clear();
            stepCount = 0;
            newestMs = Long.MIN_VALUE;
            inOrder = true;
        }

        void addPayment(FeatureEvent.Decided payment, String label, long baseCents, double[] defaults) {
            int place = payments.size();
            if (place == cents.length) {
                cents = Arrays.copyOf(cents, 2 * place);
            }
            if (place >= vectors.length) {
                vectors = Arrays.copyOf(vectors, cents.length);
                for (int i = place; i < vectors.length; i++) {
                    vectors[i] = new double[defaults.length];
                }
            }
            inOrder &= place == 0 || EventOrder.COMPARATOR.compare(payments.get(place - 1), payment) <= 0;
            payments.add(payment);
            labels.add(label);
            cents[place] = baseCents;
            System.arraycopy(defaults, 0, vectors[place], 0, defaults.length);
            newestMs = Math.max(newestMs, payment.timeMs());
        }

        void addKnown(FeatureEvent event) {
            known.add(event);
            addStep(-known.size());
        }

        FeatureEvent event(int i) {
            int step = steps[i];
            return step >= 0 ? payments.get(step) : known.get(-1 - step);
        }

        void addStep(int step) {
            if (stepCount == steps.length) {
                steps = Arrays.copyOf(steps, 2 * stepCount);
            }
            steps[stepCount++] = step;
        }
    }

    /** One type of entity and its thread. */
    private static final class Walker {
        final OrderedStates states;
        final ExecutorService thread;
        final long maxEntities;

        /** Written, so that what is read for it is read. */
        @SuppressWarnings("unused")
        private long touched;

        Walker(FeatureEngine engine, EntityType type, long maxEntities) {
            this.maxEntities = maxEntities;
            this.states = engine.newOrderedStates(type);
            this.thread = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "backfill-" + type.lowerCase());
                thread.setDaemon(true);
                return thread;
            });
        }

        private void touch(Batch batch, int from) {
            for (int i = from; i < Math.min(from + TOUCHED, batch.stepCount); i++) {
                touched += states.touch(batch.event(i));
            }
        }

        void walk(Batch batch, LongAccumulator folded) {
            long taken = 0;
            for (int i = 0; i < batch.stepCount; i++) {
                if (i % TOUCHED == 0) {
                    touch(batch, i);
                }
                int step = batch.steps[i];
                boolean took = step >= 0
                        ? states.evaluateAndFold(batch.payments.get(step), batch.cents[step], batch.vectors[step])
                        : states.fold(batch.known.get(-1 - step));
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
        this.deriver = engine.deriver();
        this.defaults = engine.defaults();
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
                ReferenceRow row = file.next();
                if (row instanceof ReferenceRow.Known known) {
                    pending(known.reference());
                } else {
                    tally.reject((ReferenceRow.Rejected) row);
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
        batch.addPayment(payment, label, engine.baseCents(payment.authorization()), defaults);
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
        if (inFlight.size() <= IN_FLIGHT) {
            return new Batch();
        }
        Batch done = inFlight.remove();
        finish(done, sink);
        done.clear();
        return done;
    }

    /** Brings the batch's payments, and what becomes known meanwhile, into the order of history. */
    private void order(Batch batch) {
        if (batch.inOrder) {
            for (int place = 0; place < batch.payments.size(); place++) {
                order(batch, place);
            }
            return;
        }
        Comparator<Integer> byHistory =
                (a, b) -> EventOrder.COMPARATOR.compare(batch.payments.get(a), batch.payments.get(b));
        IntStream.range(0, batch.payments.size()).boxed().sorted(byHistory).forEach(place -> order(batch, place));
    }

    private void order(Batch batch, int place) {
        FeatureEvent.Decided payment = batch.payments.get(place);
        for (FeatureEvent known = pending.pollUntil(payment); known != null; known = pending.pollUntil(payment)) {
            batch.addKnown(known);
        }
        batch.addStep(place);
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
            double[] vector = batch.vectors[i];
            deriver.derive(payment.authorization(), batch.cents[i], vector);
            sink.accept(payment, batch.labels.get(i), vector);
        }
    }

    /** Ends the threads after the batches that they are in: what they count afterwards would count twice. */
    @Override
    public void close() {
        walkers.forEach(walker -> walker.thread.shutdownNow());
        for (Walker walker : walkers) {
            try {
                if (!walker.thread.awaitTermination(LAST_BATCH_SECONDS, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("a batch of at most " + MAX_BATCH + " payments takes forever");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
