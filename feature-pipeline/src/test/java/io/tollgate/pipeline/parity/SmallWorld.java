package io.tollgate.pipeline.parity;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.Lookup;
import io.tollgate.features.MissCause;
import io.tollgate.features.Published;
import io.tollgate.features.Tail;
import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.pipeline.history.WrittenHistory;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A service, a hub of two partitions, a publisher and a store in one thread: each payment is answered from what the store
 * holds at that moment, tails included, and becomes an event. The publisher lags by a few events.
 */
public final class SmallWorld {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /** When the first payment happens. */
    public static final Instant START = Instant.parse("2026-11-01T10:00:00Z");

    private static final int PARTITIONS = 2;

    /** What an event is changed into before it reaches the hub. */
    public interface Change {
        void apply(String transactionId, ObjectNode event);
    }

    private final FeatureEngine engine;
    private final Random random;
    private final WrittenHistory history;
    private final Path checkpoint;
    private final long[] ends = new long[PARTITIONS];
    private final Map<String, byte[]> store = new HashMap<>();
    private final Map<String, List<FeatureEvent.Decided>> tails = new LinkedHashMap<>();
    private final Map<String, List<FeatureEvent.Decided>> late = new LinkedHashMap<>();
    private final Map<EntityRef, EntityState> states = new HashMap<>();
    private final List<FeatureEvent> log = new ArrayList<>();
    private long epoch;
    private long batchId;
    private int folded;
    private long nowMs = START.toEpochMilli();
    private int payments;
    private boolean truth;
    private final Map<String, Truth> expected = new HashMap<>();
    private final Map<String, Authorization> made = new LinkedHashMap<>();

    private record Truth(boolean fraud, Instant knownAt) {}

    public SmallWorld(FeatureEngine engine, long seed, WrittenHistory history, Path checkpoint) {
        this.engine = engine;
        this.random = new Random(seed);
        this.history = history;
        this.checkpoint = checkpoint;
    }

    /** The publisher begins anew: its state is empty, it reads the hub from its beginning. */
    public void newCheckpoint(long newEpoch) throws IOException {
        epoch = newEpoch;
        batchId = 0;
        folded = 0;
        states.clear();
        Files.createDirectories(checkpoint.resolve("offsets"));
        Files.writeString(checkpoint.resolve("tollgate-epoch"), Long.toString(newEpoch));
    }

    /** From now on outcomes and reference data come too. */
    void tellTruth() {
        truth = true;
    }

    /** What becomes known of a payment, made or not made yet. */
    public void outcome(String transactionId, boolean fraud, Instant knownAt) {
        Authorization payment = made.get(transactionId);
        if (payment == null) {
            expected.put(transactionId, new Truth(fraud, knownAt));
        } else {
            sendOutcome(payment, fraud, knownAt);
        }
    }

    /** Empties the store, as a restart without its data does. */
    public void wipeStore() {
        store.clear();
        tails.clear();
        late.clear();
    }

    public void run(int count, Change change) throws IOException {
        for (int i = 0; i < count; i++) {
            pay(change);
            if (random.nextInt(7) == 0) {
                publish();
            }
        }
        publish();
        history.append();
    }

    private void pay(Change change) throws IOException {
        nowMs += random.nextInt(10) == 0 ? 60_000 : random.nextInt(900);
        Authorization payment = payment("tx-" + payments++);
        boolean blind = random.nextInt(20) == 0;
        FeatureVector vector = blind
                ? engine.reader().unavailable(payment, MissCause.TIMEOUT)
                : engine.reader().read(payment, values(payment), false);
        Decision decision = random.nextInt(4) == 0 ? Decision.DECLINE : Decision.APPROVE;
        FeatureEvent.Decided event = new FeatureEvent.Decided(payment, decision, Double.NaN);
        ObjectNode json = json(payment, decision, vector);
        change.apply(payment.transactionId().value(), json);
        send(event, payment.card().token(), json);
        made.put(event.eventId(), payment);
        Truth known = expected.remove(event.eventId());
        if (known != null) {
            sendOutcome(payment, known.fraud(), known.knownAt());
        }
        if (truth && random.nextInt(8) == 0) {
            sendOutcome(payment, random.nextInt(3) == 0, Instant.ofEpochMilli(nowMs));
        }
        if (truth && random.nextInt(12) == 0) {
            sendReference(payment.card().token());
        }
        late.forEach((key, events) ->
                tails.computeIfAbsent(key, k -> new ArrayList<>()).addAll(events));
        late.clear();
        for (Tail.Append append : engine.tailAppends(event)) {
            // Each key's append arrives for itself: now and then the next payment reads between two of them.
            (random.nextInt(4) == 0 ? late : tails)
                    .computeIfAbsent(text(append.key()), key -> new ArrayList<>())
                    .add(event);
        }
        if (random.nextInt(15) == 0) {
            send(event, payment.card().token(), json); // a second delivery
        }
    }

    private byte[][] values(Authorization payment) throws IOException {
        byte[][] keys = engine.keys(payment);
        byte[][] values = new byte[keys.length][];
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] == null) {
                continue;
            }
            if (i < engine.featureSet().groups().size()) {
                values[i] = store.get(text(keys[i]));
            } else {
                java.io.ByteArrayOutputStream tail = new java.io.ByteArrayOutputStream();
                for (FeatureEvent.Decided event : tails.getOrDefault(text(keys[i]), List.of())) {
                    tail.write(Tail.entry(event));
                }
                values[i] = tail.size() == 0 ? null : tail.toByteArray();
            }
        }
        return values;
    }

    private void publish() throws IOException {
        long sequence = CheckpointEpoch.sequence(epoch, batchId);
        Map<EntityRef, EntityState> changed = new LinkedHashMap<>();
        for (FeatureEvent event : log.subList(folded, log.size())) {
            for (EntityRef entity : engine.entitiesOf(event)) {
                EntityState state = states.computeIfAbsent(entity, e -> engine.newState(e.type()));
                state.fold(event);
                changed.put(entity, state);
            }
        }
        folded = log.size();
        tails.clear();
        changed.forEach((entity, state) -> {
            for (Published published : state.publish(entity.idHash(), sequence, nowMs)) {
                store.put(text(published.key()), published.blob());
            }
        });
        Files.writeString(
                checkpoint.resolve("offsets").resolve(Long.toString(batchId)),
                "v1\n{\"batchWatermarkMs\":0,\"batchTimestampMs\":" + nowMs + "}\n{\"txn_events\":{\"0\":" + ends[0]
                        + ",\"1\":" + ends[1] + "}}");
        batchId++;
    }

    private void sendOutcome(Authorization payment, boolean fraud, Instant knownAt) {
        FeatureEvent.Outcome outcome = new FeatureEvent.Outcome(
                payment.transactionId(),
                payment.occurredAt(),
                knownAt,
                fraud,
                payment.amount(),
                payment.card().token(),
                null,
                payment.merchant().id(),
                null,
                null);
        ObjectNode json = MAPPER.createObjectNode()
                .put("schema", "tollgate.txn_event/1")
                .put("type", "outcome")
                .put("eventId", outcome.eventId())
                .put("transactionId", payment.transactionId().value())
                .put("occurredAt", payment.occurredAt().toString())
                .put("knownAt", knownAt.toString())
                .put("fraud", fraud);
        json.putObject("amount")
                .put("value", payment.amount().value().toPlainString())
                .put("currency", payment.amount().currency());
        json.putObject("card").put("token", payment.card().token().value());
        json.putObject("merchant").put("id", payment.merchant().id().value());
        send(outcome, payment.card().token(), json);
    }

    private void sendReference(CardToken card) {
        Instant now = Instant.ofEpochMilli(nowMs);
        FeatureEvent.Reference reference = new FeatureEvent.Reference(
                card,
                new AccountId("a-1"),
                now,
                FeatureEvent.CardStatus.ACTIVE,
                START.minus(Duration.ofDays(random.nextInt(900))),
                "DE",
                null,
                random.nextInt(9) * 100_000L);
        ObjectNode json = MAPPER.createObjectNode()
                .put("schema", "tollgate.txn_event/1")
                .put("type", "reference")
                .put("eventId", reference.eventId())
                .put("validFrom", now.toString())
                .put("status", "ACTIVE")
                .put("openedAt", reference.openedAt().toString())
                .put("homeCountry", "DE")
                .put("creditLimit", reference.creditLimit());
        json.putObject("card").put("token", card.value()).put("accountId", "a-1");
        send(reference, card, json);
    }

    private void send(FeatureEvent event, CardToken card, ObjectNode json) {
        int partition = Math.floorMod(card.hashCode(), PARTITIONS);
        long arrivedMs = Math.max(nowMs, event.timeMs()); // the log never takes what is not known yet
        history.add(partition, ends[partition]++, json.toString().getBytes(StandardCharsets.UTF_8), arrivedMs);
        log.add(event);
    }

    private Authorization payment(String id) {
        DeviceId device = random.nextInt(3) == 0 ? null : new DeviceId("d-" + random.nextInt(3));
        return new Authorization(
                new TransactionId(id),
                Instant.ofEpochMilli(nowMs),
                new Money(new BigDecimal(random.nextInt(90) + ".5"), "EUR"),
                new Authorization.Card(new CardToken("c-" + random.nextInt(5)), null, EntryMode.ECOM),
                new Authorization.Merchant(new MerchantId("m-" + random.nextInt(3)), "5411", "DE"),
                device == null ? null : new Authorization.Device(device, "203.0.113.7"),
                null);
    }

    private ObjectNode json(Authorization payment, Decision decision, FeatureVector vector) {
        String id = payment.transactionId().value();
        ObjectNode event = MAPPER.createObjectNode();
        event.put("schema", "tollgate.txn_event/1")
                .put("type", "authorization")
                .put("eventId", id)
                .put("transactionId", id)
                .put("occurredAt", payment.occurredAt().toString())
                .put("decidedAt", payment.occurredAt().toString())
                .put("decision", decision.name())
                .putNull("score")
                .putNull("model")
                .put("policy", "none");
        event.set("authorization", request(payment));
        event.putObject("featureSet")
                .put("version", engine.featureSet().version())
                .put("hash", engine.featureSet().hashText());
        ArrayNode values = event.putArray("vector");
        for (double value : vector.values()) {
            if (Double.isNaN(value)) {
                values.addNull();
            } else {
                values.add(value);
            }
        }
        ArrayNode groups = event.putArray("groups");
        for (int i = 0; i < vector.lookups().size(); i++) {
            ObjectNode group = groups.addObject()
                    .put("group", engine.featureSet().groups().get(i).qualifiedName());
            Lookup lookup = vector.lookups().get(i);
            if (lookup instanceof Lookup.Hit hit) {
                group.put("outcome", "HIT")
                        .put("asOf", hit.asOfMs())
                        .put("publishedAt", hit.publishedAtMs())
                        .put("sequence", hit.sequence());
            } else if (lookup instanceof Lookup.Missing missing) {
                group.put("outcome", "MISS").put("cause", missing.cause().name());
            } else {
                group.put("outcome", "NOT_APPLICABLE");
            }
            int index = i;
            vector.tailEvents().stream()
                    .filter(taken -> taken.in(index))
                    .forEach(taken -> group.withArray("tail").add(taken.eventId()));
        }
        ArrayNode tail = event.putArray("tail");
        vector.tailEvents().forEach(taken -> tail.add(taken.eventId()));
        return event;
    }

    private static ObjectNode request(Authorization payment) {
        ObjectNode request = MAPPER.createObjectNode();
        request.put("transactionId", payment.transactionId().value())
                .put("occurredAt", payment.occurredAt().toString());
        request.putObject("amount")
                .put("value", payment.amount().value().toPlainString())
                .put("currency", payment.amount().currency());
        request.putObject("card")
                .put("token", payment.card().token().value())
                .put("entryMode", payment.card().entryMode().name());
        request.putObject("merchant")
                .put("id", payment.merchant().id().value())
                .put("categoryCode", payment.merchant().categoryCode())
                .put("country", payment.merchant().country());
        Authorization.Device device = payment.device();
        if (device != null && device.id() != null && device.ip() != null) {
            request.putObject("device").put("id", device.id().value()).put("ip", device.ip());
        }
        return request;
    }

    private static String text(byte[] key) {
        return new String(key, StandardCharsets.US_ASCII);
    }
}
