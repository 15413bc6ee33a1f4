package io.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A history of payments and outcomes, and the messages of it that the hub is fed with: shuffled, delivered twice, partly
 * late, bad ones among them. Stateless.
 */
final class DisturbedHistory {
    static final int PAYMENTS = 1_200;

    /** Planted bad messages: what they suffer from, and how a good one becomes one. */
    static final Map<String, String[]> BAD_ONES = Map.of(
            "INVALID schema", new String[] {"\"tollgate.txn_event/1\"", "\"tollgate.txn_event/9\""},
            "MISSING decision", new String[] {"\"decision\":\"APPROVE\",", ""},
            "INCOMPLETE device", new String[] {"\"device\":\\{\"id\":\"d-[0-9]+\"\\}", "\"device\":{}"},
            "INCONSISTENT eventId", new String[] {"\"eventId\":\"tx-", "\"eventId\":\"other-"},
            "STALE occurredAt", new String[] {"\"occurredAt\":\"[0-9]{4}", "\"occurredAt\":\"2021"},
            "INACCURATE score", new String[] {"\"score\":0.1", "\"score\":7"},
            "INACCURATE expectation.amount_plausible", new String[] {"\"value\":\"", "\"value\":\"7000000"});

    static final int BAD = BAD_ONES.size();

    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private static final int DUPLICATE_EVERY = 10;

    /** Messages within this many of one another may change places: half an hour of events, within the lateness. */
    private static final int DISORDER = 200;

    /** So many of the oldest payments, each of this merchant, arrive with the last third: hours later than declared. */
    private static final int LATE = 20;

    private static final int LATE_MERCHANT = 0;

    /** Pays at the beginning and at the end; its first payment is delivered again after its last. */
    static final String TWICE_TOO_LATE = "twice";

    /** Behind the history: more than the lateness, so that time can go on by as much. */
    private static final Duration SILENCE = Duration.ofHours(2);

    /** Payments that are there for their time alone. */
    static final String NO_CLOCK = "transaction_id NOT LIKE 'tx-clock-%'";

    /** What a file with a line for each payment says of its columns. */
    static final String MAPPING = """
            fields:
              transactionId: {column: id}
              occurredAt: {column: at}
              amount.value: {column: amount}
              amount.currency: {value: EUR}
              card.token: {column: card}
              card.entryMode: {value: ECOM}
              merchant.id: {column: merchant}
              merchant.categoryCode: {value: "5411"}
              merchant.country: {value: DE}
              device.id: {column: device}
            outcome: {column: fraud, fraud: ["1"], genuine: ["0"], knownAfter: 5s}
            """;

    /**
     * @param line of the file; an outcome stands in its payment's
     * @param message of the hub
     * @param late whether it comes later than declared
     * @param meetsLateOnes whether its vector depends on events that come later than declared
     */
    record Event(String id, String line, String message, boolean late, boolean meetsLateOnes) {
        boolean isPayment() {
            return !line.isEmpty();
        }

        /** As a line of decisions; it was made when the payment happened. */
        String told() {
            return id + ",APPROVE," + MILLIS.format(Instant.parse(line.split(",", -1)[1]));
        }
    }

    private DisturbedHistory() {}

    /** In the order of their times, but for outcomes, which stand behind their payments. */
    static List<Event> history(int seed, Instant now) {
        Random random = new Random(seed);
        List<Event> events = new ArrayList<>();
        Instant first = now.minus(SILENCE).minusSeconds(10L * PAYMENTS);
        add(events, "tx-twice-1", first, "1.00", TWICE_TOO_LATE, TWICE_TOO_LATE, TWICE_TOO_LATE, "", true);
        for (int i = 0; i < PAYMENTS; i++) {
            int card = random.nextInt(40);
            int merchant = i < LATE ? LATE_MERCHANT : random.nextInt(15);
            String fraud = i % 25 == 24 ? random.nextBoolean() ? "1" : "0" : "";
            add(
                    events,
                    "tx-" + i,
                    first.plusSeconds(10L * (i + 1)),
                    amount(random),
                    i < LATE ? "late" : Integer.toString(card),
                    Integer.toString(merchant),
                    i < LATE ? "late" : Integer.toString(card / 2),
                    fraud,
                    merchant == LATE_MERCHANT);
        }
        Instant last = first.plusSeconds(10L * (PAYMENTS + 1));
        add(events, "tx-twice-2", last, "1.00", TWICE_TOO_LATE, TWICE_TOO_LATE, TWICE_TOO_LATE, "", true);
        return events;
    }

    private static void add(
            List<Event> events,
            String id,
            Instant at,
            String amount,
            String card,
            String merchant,
            String device,
            String fraud,
            boolean meetsLateOnes) {
        boolean late = card.equals("late");
        String line = String.join(",", id, at.toString(), amount, "c-" + card, "m-" + merchant, "d-" + device, fraud);
        events.add(new Event(id, line, payment(id, at, amount, card, merchant, device), late, meetsLateOnes));
        if (!fraud.isEmpty()) {
            String outcome = outcome(id, at, amount, card, merchant, fraud.equals("1"));
            events.add(new Event("o:" + id, "", outcome, late, meetsLateOnes));
        }
    }

    static String csv(List<Event> events) {
        return events.stream()
                .filter(Event::isPayment)
                .map(Event::line)
                .collect(Collectors.joining("\n", "id,at,amount,card,merchant,device,fraud\n", "\n"));
    }

    static List<String> disturbed(List<Event> events, int seed) {
        Random random = new Random(seed);
        List<String> messages = new ArrayList<>();
        List<Event> inTime = events.stream().filter(event -> !event.late()).toList();
        for (int from = 0; from < inTime.size(); from += DISORDER) {
            List<String> part = new ArrayList<>(inTime.subList(from, Math.min(inTime.size(), from + DISORDER)).stream()
                    .map(Event::message)
                    .toList());
            List<String> again = new ArrayList<>();
            // Not the very first, which is to come again too late, and once.
            for (int i = 1; i < part.size(); i += DUPLICATE_EVERY) {
                again.add(part.get(i));
            }
            part.addAll(again);
            Collections.shuffle(part, random);
            messages.addAll(part);
        }
        for (Event event : events) {
            if (event.late()) {
                int lastThird = messages.size() * 2 / 3 + LATE;
                messages.add(lastThird + random.nextInt(messages.size() - lastThird), event.message());
            }
        }
        BAD_ONES.forEach((verdict, edit) -> {
            String good =
                    payment("tx-1000000", Instant.now().truncatedTo(ChronoUnit.MILLIS), amount(random), "1", "1", "0");
            String bad = good.replaceAll(edit[0], edit[1]);
            assertThat(bad).as(verdict).isNotEqualTo(good);
            messages.add(random.nextInt(messages.size()), bad);
        });
        messages.add(events.get(0).message());
        return messages;
    }

    static void send(String kafka, List<String> messages) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", kafka);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (String message : messages) {
                var unused = producer.send(new ProducerRecord<>("txn_events", null, message));
            }
            producer.flush();
        }
    }

    static String clock(int number) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return payment("tx-clock-" + number, now, "1.00", "clock", "clock", "clock");
    }

    private static String amount(Random random) {
        return "%d.%02d".formatted(random.nextInt(200), random.nextInt(100));
    }

    private static String payment(String id, Instant at, String amount, String card, String merchant, String device) {
        String body = "{'transactionId':'%s','occurredAt':'%s','amount':{'value':'%s','currency':'EUR'},"
                + "'card':{'token':'c-%s','entryMode':'ECOM'},"
                + "'merchant':{'id':'m-%s','categoryCode':'5411','country':'DE'},'device':{'id':'d-%s'}}";
        return ("{'schema':'tollgate.txn_event/1','type':'authorization','eventId':'" + id + "','transactionId':'"
                        + id + "','occurredAt':'" + at + "','decidedAt':'" + at + "','authorization':"
                        + body.formatted(id, at, amount, card, merchant, device)
                        + ",'decision':'APPROVE','score':0.1}")
                .replace('\'', '"');
    }

    private static String outcome(String id, Instant at, String amount, String card, String merchant, boolean fraud) {
        String json = "{'schema':'tollgate.txn_event/1','type':'outcome','eventId':'o:%s','transactionId':'%s',"
                + "'occurredAt':'%s','knownAt':'%s','fraud':%b,'amount':{'value':'%s','currency':'EUR'},"
                + "'card':{'token':'c-%s'},'merchant':{'id':'m-%s'}}";
        return json.formatted(id, id, at, at.plusSeconds(5), fraud, amount, card, merchant)
                .replace('\'', '"');
    }
}
