package io.tollgate.pipeline;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.EventOrder;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/** What a plain loop over all messages leaves in Redis: the measure of every publisher. Stateless. */
final class PlainFold {
    /** Bytes of a blob that say when it was published, not what: sequence and publication time; and the checksum. */
    private static final int HEADER_FROM = 5;

    private static final int HEADER_TO = 21;
    private static final int CHECKSUM_BYTES = 4;
    private static final int ASKED_AT_ONCE = 500;

    private PlainFold() {}

    /** The events of messages that are valid, in the order of their times. */
    static List<FeatureEvent> decoded(EngineSource source, List<byte[]> messages) {
        EventParser parser = new EventParser(EventRules.DEFAULT, source.engine(), EventParser.Detail.EVENT);
        List<FeatureEvent> events = new ArrayList<>();
        for (byte[] message : messages) {
            events.add(((ParsedEvent.Accepted) parser.parse(message, System.currentTimeMillis())).event());
        }
        events.sort(EventOrder.COMPARATOR);
        return events;
    }

    /** By key, the {@link #content} of the entities that are named by messages from an index on. */
    static Map<String, byte[]> expected(EngineSource source, List<byte[]> messages, int from) {
        FeatureEngine engine = source.engine();
        Replay replay = new Replay(engine);
        decoded(source, messages).forEach(replay::fold);
        Map<EntityRef, EntityState> states = replay.states();
        Set<EntityRef> named = decoded(source, messages.subList(from, messages.size())).stream()
                .flatMap(event -> engine.entitiesOf(event).stream())
                .collect(Collectors.toSet());
        Map<String, byte[]> expected = new HashMap<>();
        for (EntityRef entity : named) {
            for (Published blob : Objects.requireNonNull(states.get(entity)).publish(entity.idHash(), 1, 1)) {
                expected.put(new String(blob.key(), StandardCharsets.US_ASCII), content(blob.blob()));
            }
        }
        return expected;
    }

    /** The keys that Redis does not hold so, bit for bit. */
    static List<String> missing(UnifiedJedis redis, Map<String, byte[]> expected) {
        List<String> keys = List.copyOf(expected.keySet());
        List<String> missing = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += ASKED_AT_ONCE) {
            List<String> asked = keys.subList(from, Math.min(keys.size(), from + ASKED_AT_ONCE));
            List<Response<byte[]>> held = new ArrayList<>();
            try (AbstractPipeline pipeline = redis.pipelined()) {
                asked.forEach(key -> held.add(pipeline.get(key.getBytes(StandardCharsets.US_ASCII))));
            }
            for (int i = 0; i < asked.size(); i++) {
                if (!Arrays.equals(content(held.get(i).get()), expected.get(asked.get(i)))) {
                    missing.add(asked.get(i));
                }
            }
        }
        return missing;
    }

    /** A blob without what says when it was published; empty for none. */
    static byte[] content(byte[] blob) {
        if (blob == null) {
            return new byte[0];
        }
        byte[] content = Arrays.copyOf(blob, blob.length - CHECKSUM_BYTES);
        Arrays.fill(content, HEADER_FROM, HEADER_TO, (byte) 0);
        return content;
    }
}
