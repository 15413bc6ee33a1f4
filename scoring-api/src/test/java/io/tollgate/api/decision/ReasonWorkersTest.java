package io.tollgate.api.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.api.SmallModels;
import io.tollgate.api.decision.ModelReasons.Cause;
import io.tollgate.api.decision.ModelReasons.Outcome;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.model.artifact.ModelArtifact;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class ReasonWorkersTest {
    private static final FeatureSet SET = FeatureSets.fraudV3();
    private static final Duration AMPLE = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

    private static ModelArtifact artifact;
    private static ModelReasons reasons;

    @BeforeAll
    static void write() {
        artifact = ModelArtifact.read(SmallModels.write(directory.resolve("model"), SET, "7"));
        reasons = ModelReasons.of(artifact, SET, 4);
    }

    private static Mono<Outcome> ask(ReasonWorkers workers, Duration time) {
        double[] row = new double[SET.features().size()];
        row[0] = 7;
        return workers.explain(reasons, "fraud/7", artifact.ensemble().probability(row, 0), row, time);
    }

    /** Threads that take up no work before the latch opens. */
    private static ThreadFactory heldBy(CountDownLatch latch) {
        return task -> {
            Thread thread = new Thread(() -> {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    return;
                }
                task.run();
            });
            thread.setDaemon(true);
            return thread;
        };
    }

    @Test
    void explain_arrivesOnTheCallersThread() {
        try (ReasonWorkers workers = new ReasonWorkers(1, Thread::new, Schedulers::single)) {
            String thread = ask(workers, AMPLE)
                    .map(outcome -> {
                        assertThat(outcome)
                                .isInstanceOfSatisfying(
                                        Outcome.Known.class,
                                        known -> assertThat(known.reasons()).hasSize(1));
                        return Thread.currentThread().getName();
                    })
                    .block(AMPLE);

            assertThat(thread).startsWith("single");
        }
    }

    @Test
    void explain_isLate_whenTimeIsUpOrNoneIsLeft() {
        CountDownLatch latch = new CountDownLatch(1);
        try (ReasonWorkers workers = new ReasonWorkers(1, heldBy(latch), Schedulers::single)) {
            assertThat(ask(workers, Duration.ofMillis(5)).block(AMPLE)).isEqualTo(new Outcome.Unknown(Cause.LATE));
            assertThat(ask(workers, Duration.ZERO).block(AMPLE)).isEqualTo(new Outcome.Unknown(Cause.LATE));
        }
    }

    @Test
    void explain_isBusy_whenTheQueueIsFull() {
        CountDownLatch latch = new CountDownLatch(1);
        try (ReasonWorkers workers = new ReasonWorkers(1, heldBy(latch), Schedulers::single)) {
            Mono<List<Outcome>> all = Flux.merge(IntStream.range(0, 20)
                            .mapToObj(i -> ask(workers, AMPLE))
                            .toList())
                    .doOnNext(outcome -> latch.countDown())
                    .collectList();

            List<Outcome> outcomes = all.block(AMPLE);

            assertThat(outcomes).hasSize(20).contains(new Outcome.Unknown(Cause.BUSY));
            assertThat(outcomes).filteredOn(Outcome.Known.class::isInstance).hasSizeGreaterThanOrEqualTo(12);
        }
    }
}
