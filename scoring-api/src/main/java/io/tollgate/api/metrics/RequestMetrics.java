package io.tollgate.api.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tollgate.api.store.ClaimListener;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What the authorize route did with requests, decided or not. Thread-safe. */
public final class RequestMetrics implements ClaimListener {
    private final MeterRegistry registry;
    private final Counter ok;
    private final Counter replayed;
    private final Counter unknownFields;
    private final Counter unshared;
    private final Counter caughtUp;
    private final Counter contradicted;
    private final Counter tailLost;
    private final ConcurrentMap<Integer, Counter> others = new ConcurrentHashMap<>();

    public RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.ok = counter(200);
        this.replayed = Counter.builder("tollgate.authorizations.replayed")
                .description("retries answered with a recorded decision")
                .register(registry);
        this.unknownFields = Counter.builder("tollgate.request.unknown.fields")
                .description("JSON fields that were ignored")
                .register(registry);
        this.unshared = Counter.builder("tollgate.claims.unshared")
                .description("decisions recorded in this process only, because Redis took no claim")
                .register(registry);
        this.caughtUp = Counter.builder("tollgate.claims.caught.up")
                .description("unshared decisions that Redis took when it was back")
                .register(registry);
        this.contradicted = Counter.builder("tollgate.claims.contradicted")
                .description("unshared decisions that another replica had made otherwise meanwhile")
                .register(registry);
        this.tailLost = Counter.builder("tollgate.tail.lost")
                .description("tail entries that Redis did not take: those payments are seen once they are published")
                .register(registry);
    }

    private Counter counter(int status) {
        return Counter.builder("tollgate.authorizations.answered")
                .description("answers to POST /v1/authorizations by status")
                .tag("status", Integer.toString(status))
                .register(registry);
    }

    public void answered(int status) {
        if (status == 200) {
            ok.increment();
        } else {
            others.computeIfAbsent(status, this::counter).increment();
        }
    }

    /** Answers so far that were no decisions because of the service itself: status 500 and above. */
    public long failures() {
        return (long) others.entrySet().stream()
                .filter(entry -> entry.getKey() >= 500)
                .mapToDouble(entry -> entry.getValue().count())
                .sum();
    }

    @Override
    public void unshared(Throwable cause) {
        unshared.increment();
    }

    @Override
    public void caughtUp() {
        caughtUp.increment();
    }

    @Override
    public void contradicted() {
        contradicted.increment();
    }

    /** An entry that the next payment of its card or device will not see in the tail. */
    public void tailLost() {
        tailLost.increment();
    }

    public void replayed() {
        replayed.increment();
    }

    public long replays() {
        return (long) replayed.count();
    }

    public void unknownFields(int count) {
        if (count > 0) {
            unknownFields.increment(count);
        }
    }
}
