package io.tollgate.api.metrics;

import io.tollgate.api.decision.DecisionListener;
import io.tollgate.api.decision.DecisionRecord;
import io.tollgate.api.decision.Json;
import io.tollgate.api.decision.Payment;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.policy.Degradation;
import io.tollgate.features.policy.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import tools.jackson.core.JsonGenerator;

/**
 * Decisions as they fall, for people who watch: the last few, then every new one. Watching must not slow deciding: lines
 * are written when somebody reads them, and a reader who is too slow misses the oldest ones. Thread-safe.
 */
public final class DecisionFeed implements DecisionListener {
    /** A screenful for a page that has just been opened; a power of two. */
    private static final int REMEMBERED = 64;

    /** Per reader; at 1,000 decisions a second half a second of slowness. */
    private static final int BUFFER = 512;

    private final AtomicReferenceArray<@Nullable Seen> recent = new AtomicReferenceArray<>(REMEMBERED);
    private final AtomicLong next = new AtomicLong();
    private final Sinks.Many<Seen> sink = Sinks.many().multicast().directBestEffort();

    private record Seen(Payment payment, long elapsedNanos) {}

    @Override
    public void decided(Payment payment, DecisionRecord record, long elapsedNanos) {
        Seen seen = new Seen(payment, elapsedNanos);
        recent.set((int) (next.getAndIncrement() & (REMEMBERED - 1)), seen);
        if (sink.currentSubscriberCount() > 0) {
            // Two loops that emit at the same instant: one of the two lines is not shown. It is a view, not a record.
            sink.tryEmitNext(seen);
        }
    }

    /** JSON objects, endless. */
    public Flux<String> lines() {
        return Flux.concat(Flux.defer(this::remembered), sink.asFlux())
                .onBackpressureBuffer(BUFFER, dropped -> {}, BufferOverflowStrategy.DROP_OLDEST)
                .map(DecisionFeed::line);
    }

    private Flux<Seen> remembered() {
        long end = next.get();
        return Flux.fromStream(LongStream.range(Math.max(0, end - REMEMBERED), end)
                .mapToObj(i -> recent.get((int) (i & (REMEMBERED - 1))))
                .filter(java.util.Objects::nonNull));
    }

    private static String line(Seen seen) {
        Payment payment = seen.payment;
        Authorization a = payment.authorization();
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("transactionId", payment.id());
            json.writeStringProperty("occurredAt", a.occurredAt().toString());
            json.writeNumberProperty("decidedAtMs", payment.decidedAtMs());
            json.writeStringProperty("amount", a.amount().value().toPlainString());
            json.writeStringProperty("currency", a.amount().currency());
            // Masked by its own toString.
            json.writeStringProperty("card", a.card().token().toString());
            json.writeStringProperty("entryMode", a.card().entryMode().name());
            json.writeStringProperty("merchant", a.merchant().id().value());
            json.writeStringProperty("categoryCode", a.merchant().categoryCode());
            json.writeStringProperty("country", a.merchant().country());
            json.writeStringProperty("decision", payment.decision().name());
            json.writeName("score");
            Json.number(json, payment.score());
            json.writeArrayPropertyStart("reasons");
            for (Reason reason : payment.reasons()) {
                json.writeStartObject();
                json.writeStringProperty("code", reason.code());
                json.writeStringProperty("message", reason.message());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayPropertyStart("degraded");
            for (Degradation how : payment.degraded()) {
                json.writeString(how.name());
            }
            json.writeEndArray();
            json.writeNumberProperty("micros", seen.elapsedNanos / 1_000);
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
