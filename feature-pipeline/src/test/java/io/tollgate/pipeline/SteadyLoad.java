package io.tollgate.pipeline;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends events at a constant rate, each when it is due, however slow whoever reads them. Confined to one thread. */
final class SteadyLoad {
    /** A second, at most: enough for a p99 of half a minute, few enough not to be the load. */
    private static final int PROBES = 20;

    private static final String CARD_GROUP = "card:activity";

    private final FeatureEngine engine;
    private final EventParser parser;
    private final KafkaProducer<byte[], byte[]> producer;
    private final SyntheticEvents events;
    private final int cardGroup;

    /** A pipeline that begins with the hub's first message has seen the probes of loads before this one. */
    private final String probeCards = "probe-" + Long.toString(System.nanoTime(), 36) + "-";

    private long probes;

    SteadyLoad(FeatureEngine engine, KafkaProducer<byte[], byte[]> producer) {
        this.engine = engine;
        this.parser = new EventParser(EventRules.DEFAULT, engine, EventParser.Detail.EVENT);
        this.producer = producer;
        this.events = new SyntheticEvents(engine);
        this.cardGroup = engine.featureSet().groups().stream()
                .filter(group -> group.qualifiedName().equals(CARD_GROUP))
                .findFirst()
                .orElseThrow()
                .index();
    }

    /** @param probe is told of some of the events; null for none */
    void run(int rate, Duration duration, @Nullable FreshnessProbe probe) throws InterruptedException {
        long count = rate * duration.toSeconds();
        int probeEvery = Math.max(1, rate / PROBES);
        long start = System.nanoTime();
        for (long i = 0; i < count; i++) {
            long due = start + i * 1_000_000_000L / rate;
            for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
                Thread.sleep(early / 1_000_000, (int) (early % 1_000_000));
            }
            SyntheticEvents.Message message;
            if (probe != null && i % probeEvery == 0) {
                message = events.payment(probeCards + probes++, Instant.now());
                probe.await(key(message.value()), due);
            } else {
                message = events.next(Instant.now());
            }
            var unused = producer.send(new ProducerRecord<>(
                    "txn_events", message.card().getBytes(StandardCharsets.US_ASCII), message.value()));
        }
    }

    private byte[] key(byte[] message) {
        if (parser.parse(message, System.currentTimeMillis()) instanceof ParsedEvent.Accepted accepted
                && accepted.event() instanceof FeatureEvent.Decided payment) {
            return engine.keys(payment.authorization())[cardGroup];
        }
        throw new IllegalStateException("the benchmark's events must be valid");
    }
}
