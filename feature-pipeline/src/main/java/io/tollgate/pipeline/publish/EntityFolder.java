package io.tollgate.pipeline.publish;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Tail;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Folds messages of the entity topic into the states that Redis keeps and publishes them: reads the states of all their
 * entities in one round trip, writes all of them in the next. An update is refused when somebody else has written the
 * entity's state meanwhile; it is then read and folded into again. Confined to one thread.
 */
final class EntityFolder {
    /** Each refusal means that another writer has come further, and there are at most a few zombies at a time. */
    private static final int ATTEMPTS = 10;

    /**
     * Longer than the horizon after which a returning entity begins anew, also when jitter takes a tenth: so the rule, not
     * the expiry, says what is forgotten.
     */
    private static final double STATE_SLACK = 1.15;

    private final RedisWriter writer;
    private final FeatureEngine engine;
    private final StateHorizon horizon;
    private final long epoch;
    private long newestEventMs;

    /**
     * A message and where on the entity topic it stands.
     *
     * @param sequence of blobs that it is the last message of
     */
    record Message(long sequence, RoutedEvent routed) {
        /** Later offsets have greater sequences, and so do later epochs: no topic grows by 2^32 messages a second. */
        static Message of(long epoch, long offset, byte[] value) {
            return new Message((epoch << 32) + offset, RoutedEvent.decode(value));
        }
    }

    /**
     * What a call of {@link #fold} did.
     *
     * @param keysWritten keys that were newer than what Redis held
     * @param decidedAtMs of payments that are readable now and were not before, milliseconds since the epoch
     * @param newestEventMs of the events folded in, milliseconds since the epoch; {@link Long#MIN_VALUE} without one
     */
    record Folded(long keysWritten, List<Long> decidedAtMs, long newestEventMs) {}

    EntityFolder(RedisWriter writer, FeatureEngine engine, long epoch) {
        this.writer = writer;
        this.engine = engine;
        this.horizon = new StateHorizon(engine.featureSet());
        this.epoch = epoch;
    }

    /**
     * Returns when Redis has acknowledged everything.
     *
     * @param messages at most {@link RedisTarget#pipelineDepth}, in the order of the topic
     * @throws redis.clients.jedis.exceptions.JedisException when Redis stayed away for longer than the target's patience
     * @throws IllegalStateException when another publisher holds the keys
     */
    Folded fold(List<Message> messages) {
        Map<String, List<Message>> open = messages.stream()
                .filter(message -> message.routed().epoch() == epoch) // what an older checkpoint's fan-out left
                .collect(Collectors.groupingBy(
                        message -> message.routed().event().entity(), LinkedHashMap::new, Collectors.toList()));
        long keysWritten = 0;
        List<Long> decidedAt = new ArrayList<>();
        newestEventMs = Long.MIN_VALUE;
        for (int attempt = 1; !open.isEmpty(); attempt++) {
            if (attempt > ATTEMPTS) {
                throw new IllegalStateException(
                        "another publisher writes the same entities all the time; one of the two has to end");
            }
            List<KeptUpdate> updates = updates(open);
            List<Long> answers = writer.writeKept(updates, messages.get(0).sequence());
            Map<String, List<Message>> refused = new LinkedHashMap<>();
            List<String> entities = new ArrayList<>(open.keySet());
            for (int i = 0; i < updates.size(); i++) {
                if (answers.get(i) == RedisWriter.REFUSED) {
                    refused.put(entities.get(i), open.get(entities.get(i)));
                } else {
                    keysWritten += answers.get(i);
                    for (long decidedAtMs : updates.get(i).update().decidedAtMs()) {
                        decidedAt.add(decidedAtMs);
                    }
                }
            }
            open = refused;
        }
        return new Folded(keysWritten, decidedAt, newestEventMs);
    }

    /** One for each entity that has something new, in order; the others leave the map. */
    private List<KeptUpdate> updates(Map<String, List<Message>> byEntity) {
        List<byte[]> kept =
                writer.read(byEntity.keySet().stream().map(this::stateKey).toList());
        List<KeptUpdate> updates = new ArrayList<>();
        int index = 0;
        for (var entries = byEntity.entrySet().iterator(); entries.hasNext(); index++) {
            Map.Entry<String, List<Message>> entry = entries.next();
            KeptUpdate update = update(entry.getKey(), entry.getValue(), kept.get(index));
            if (update == null) {
                entries.remove();
            } else {
                updates.add(update);
            }
        }
        return updates;
    }

    private @Nullable KeptUpdate update(String key, List<Message> messages, byte @Nullable [] kept) {
        EntityType type = EntityKey.type(key);
        KeptState state = KeptState.of(engine, horizon, type, kept, epoch);
        ByteArrayOutputStream foldedIds = new ByteArrayOutputStream();
        List<Long> decidedAt = new ArrayList<>();
        long sequence = 0;
        for (Message message : messages) {
            if (state.has(message.routed())) {
                continue;
            }
            EntityEvent arrived = message.routed().event();
            FeatureEvent event = EventCodec.decode(arrived.event());
            foldedIds.writeBytes(Tail.id(event.eventId()));
            if (state.fold(message.routed(), event) && arrived.decidedAtMs() != EntityEvent.NOT_COUNTED) {
                decidedAt.add(arrived.decidedAtMs());
            }
            newestEventMs = Math.max(newestEventMs, event.timeMs());
            sequence = message.sequence();
        }
        if (sequence == 0) {
            return null;
        }
        EntityRef entity = new EntityRef(type, EntityKey.idHash(key));
        EntityState known = state.entity().state();
        return new KeptUpdate(
                EntityUpdate.of(engine, entity, known, foldedIds.toByteArray(), decidedAt, sequence),
                stateKey(key),
                KeptState.sequence(kept),
                state.encode(sequence),
                known.holdsReference() ? 0 : Math.round(STATE_SLACK * horizon.millis(type)));
    }

    private byte[] stateKey(String key) {
        return engine.stateKey(EntityKey.type(key), EntityKey.idHash(key));
    }
}
