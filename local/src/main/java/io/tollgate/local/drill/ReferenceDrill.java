package io.tollgate.local.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.local.EmbeddedStack;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import io.tollgate.local.demo.LogTail;
import io.tollgate.local.demo.PipelineStatus;
import io.tollgate.local.net.FreePort;
import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reference data on a miss, from end to end: many payments at once of a card that Cosmos DB knows and Redis does not make
 * one read of its document, and later payments see what it says; then the card is blocked in Cosmos DB, and declined.
 */
final class ReferenceDrill {
    /** Causes of a miss that are wishes. */
    private static final List<String> WISHES = List.of("NEW_ENTITY", "EXPIRED");

    private static final String CARD = "c-of-the-drill";
    private static final String UNKNOWN_CARD = "c-that-nobody-issued";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    /** From the block in Cosmos DB to the first decline; the issue is seconds, not minutes. */
    private static final Duration ARRIVAL = Duration.ofSeconds(30);

    /** The change feed looks once and then not before the drill has ended: what arrives was loaded. */
    private static final String FEED_ASLEEP = "PT5M";

    private static final String FEED_AWAKE = "PT0.2S";

    private final int payments;
    private final int connections;
    private final Installation installation;
    private final Path directory;
    private final Reporter out;
    private final EmbeddedStack backends;
    private final List<DrillService> replicas;
    private final AtomicInteger number = new AtomicInteger();

    private ReferenceDrill(
            int payments,
            int connections,
            Installation installation,
            Path directory,
            Reporter out,
            EmbeddedStack backends,
            List<DrillService> replicas) {
        this.payments = payments;
        this.connections = connections;
        this.installation = installation;
        this.directory = directory;
        this.out = out;
        this.backends = backends;
        this.replicas = replicas;
    }

    /** @return whether there was one read, its values were seen, and the block was */
    static boolean run(int payments, int connections, Installation installation, Path directory, Reporter out)
            throws DemoException, IOException, InterruptedException {
        out.say("starting Redis, Kafka, the Cosmos DB stand-in, two replicas, the publisher and the feed");
        List<Integer> ports = FreePort.pick(2);
        try (EmbeddedStack backends = EmbeddedStack.start(BackendOptions.all());
                DrillService a = new DrillService(
                        "replica-a",
                        installation,
                        backends.settings(),
                        directory.resolve("a"),
                        ports.get(0),
                        Map.of());
                DrillService b = new DrillService(
                        "replica-b",
                        installation,
                        backends.settings(),
                        directory.resolve("b"),
                        ports.get(1),
                        Map.of())) {
            return new ReferenceDrill(payments, connections, installation, directory, out, backends, List.of(a, b))
                    .run();
        }
    }

    private boolean run() throws DemoException, IOException, InterruptedException {
        List<String> stream = List.of(
                "stream",
                "--data-dir",
                data(),
                "--status-file",
                status("stream").toString());
        try (ChildProcess publisher =
                PipelineProcess.start("stream", installation, backends.settings(), directory, "1g", stream)) {
            for (DrillService replica : replicas) {
                replica.start();
            }
            awaitRunning(publisher);
            boolean loaded;
            try (ChildProcess feed = feed(FEED_ASLEEP)) {
                awaitFeed(feed);
                loaded = load();
            }
            try (ChildProcess feed = feed(FEED_AWAKE)) {
                awaitFeed(feed);
                boolean blocked = block();
                boolean clean = loaded && blocked;
                out.say(clean ? "one read, seen by later payments; the block was seen" : "FAILED: see above");
                return clean;
            }
        }
    }

    private String data() {
        return directory.resolve("pipeline").toString();
    }

    private Path status(String process) {
        return directory.resolve(process + "-status.json");
    }

    private ChildProcess feed(String pollInterval) throws IOException {
        Files.deleteIfExists(status("feed"));
        return PipelineProcess.start(
                "feed",
                installation,
                backends.settings(),
                directory,
                "192m",
                List.of(
                        "feed",
                        "--data-dir",
                        data(),
                        "--status-file",
                        status("feed").toString(),
                        "--poll-interval",
                        pollInterval));
    }

    private JsonNode feedStatus(String member) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(status("feed"))).path(member);
        } catch (NoSuchFileException e) {
            return MissingNode.getInstance();
        }
    }

    private interface Condition {
        boolean holds() throws DemoException, IOException, InterruptedException;
    }

    private static boolean until(Duration limit, Condition condition)
            throws DemoException, IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }

    private void awaitRunning(ChildProcess publisher) throws DemoException, IOException, InterruptedException {
        if (!until(
                        START_LIMIT,
                        () -> !publisher.isAlive()
                                || PipelineStatus.read(status("stream")).running())
                || !publisher.isAlive()) {
            throw DemoException.failed("the publisher did not start; " + LogTail.of(directory.resolve("stream.log")));
        }
    }

    /** Both containers read to their ends, and the loader a member of its group. */
    private void awaitFeed(ChildProcess feed) throws DemoException, IOException, InterruptedException {
        boolean up = until(
                START_LIMIT,
                () -> !feed.isAlive()
                        || (feedStatus("account_card_reference")
                                        .path("state")
                                        .asText()
                                        .equals("idle")
                                && feedStatus("reference_loads")
                                                .path("partitions")
                                                .asInt()
                                        > 0));
        if (!up || !feed.isAlive()) {
            throw DemoException.failed("the feed did not start; " + LogTail.of(directory.resolve("feed.log")));
        }
    }

    /** Many payments at once of a card without reference. */
    private boolean load() throws DemoException, IOException, InterruptedException {
        upsert("ACTIVE", Instant.now().minus(1, ChronoUnit.DAYS));
        long before = reads();
        ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> decided = new ConcurrentLinkedQueue<>();
        Thread[] threads = new Thread[connections];
        for (int i = 0; i < connections; i++) {
            int replica = i % replicas.size();
            int share = payments / connections + (i < payments % connections ? 1 : 0);
            threads[i] = new Thread(() -> burst(replica, share, decided, problems), "burst-" + i);
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        problems.stream().limit(10).forEach(problem -> out.say("problem: " + problem));
        out.say("%,d payments of a card without reference decided by two replicas".formatted(decided.size()));
        long begin = System.nanoTime();
        boolean seen = until(
                ARRIVAL,
                () -> outcome(pay(0, CARD).path("transactionId").asText()).equals("HIT"));
        out.say(
                seen
                        ? "%.2f s later a payment saw its reference".formatted((System.nanoTime() - begin) / 1e9)
                        : "no payment saw a reference within " + ARRIVAL.toSeconds() + " s");
        // The last of them may have come after the reference, or met a Redis too busy to answer in time: no wish then.
        int wishing = 0;
        for (String id : decided) {
            wishing += WISHES.contains(lookup(id).path("cause").asText()) ? 1 : 0;
        }
        int wished = wishing;
        boolean heard = until(
                ARRIVAL, () -> feedStatus("reference_loads").path("wishes").asLong() >= wished);
        long loaded = reads() - before;
        out.say("payments that missed it: %,d; wishes heard: %,d; reads of Cosmos DB: %,d"
                .formatted(wished, feedStatus("reference_loads").path("wishes").asLong(), loaded));
        return problems.isEmpty()
                && decided.size() == payments
                && wished > payments / 2
                && seen
                && heard
                && loaded == 1
                && unknown();
    }

    /** A card that Cosmos DB does not know is asked for once. */
    private boolean unknown() throws DemoException, IOException, InterruptedException {
        long before = reads();
        long wishes = feedStatus("reference_loads").path("wishes").asLong();
        int asked = 50;
        for (int i = 0; i < asked; i++) {
            pay(i % replicas.size(), UNKNOWN_CARD);
        }
        boolean heard = until(
                ARRIVAL, () -> feedStatus("reference_loads").path("wishes").asLong() >= wishes + asked);
        long made = reads() - before;
        out.say("%d payments of a card that Cosmos DB does not know: %d read".formatted(asked, made));
        return heard && made == 1;
    }

    private boolean block() throws DemoException, IOException, InterruptedException {
        upsert("BLOCKED", Instant.now());
        long begin = System.nanoTime();
        boolean declined = until(ARRIVAL, () -> isDeclinedAsBlocked(pay(1, CARD)));
        out.say(
                declined
                        ? "blocked in Cosmos DB; declined %.2f s later".formatted((System.nanoTime() - begin) / 1e9)
                        : "blocked in Cosmos DB; not declined within " + ARRIVAL.toSeconds() + " s");
        return declined;
    }

    /** Not for the number of its payments, which is high. */
    private static boolean isDeclinedAsBlocked(JsonNode answer) {
        return answer.path("decision").asText().equals("DECLINE")
                && answer.path("reasons").findValuesAsText("code").contains("CARD_BLOCKED");
    }

    private long reads() {
        return backends.counters().getOrDefault("cosmos.POINT_READ", 0L);
    }

    private void burst(
            int replica, int share, ConcurrentLinkedQueue<String> decided, ConcurrentLinkedQueue<String> problems) {
        try (HttpLine line = new HttpLine(replicas.get(replica).address(), DrillService.API_KEY)) {
            for (int i = 0; i < share; i++) {
                HttpLine.Response response = line.post("/v1/authorizations", payment(CARD));
                if (response.status() == 200) {
                    decided.add(
                            JSON.readTree(response.body()).path("transactionId").asText());
                } else {
                    problems.add(response.status() + ": " + response.body());
                }
            }
        } catch (IOException e) {
            problems.add(e.toString());
        }
    }

    private JsonNode pay(int replica, String card) throws DemoException, IOException {
        try (HttpLine line = new HttpLine(replicas.get(replica).address(), DrillService.API_KEY)) {
            HttpLine.Response response = line.post("/v1/authorizations", payment(card));
            if (response.status() != 200) {
                throw DemoException.failed("a payment was answered with " + response.status() + ": " + response.body());
            }
            return JSON.readTree(response.body());
        }
    }

    /** What became of the lookup of the card's reference. */
    private String outcome(String transactionId) throws DemoException, IOException {
        return lookup(transactionId).path("outcome").asText();
    }

    private JsonNode lookup(String transactionId) throws DemoException, IOException {
        try (HttpLine line = new HttpLine(replicas.get(0).address(), DrillService.API_KEY)) {
            HttpLine.Response response = line.get("/v1/authorizations/" + transactionId);
            if (response.status() != 200) {
                throw DemoException.failed("a decision cannot be read: " + response.status() + " " + response.body());
            }
            for (JsonNode group : JSON.readTree(response.body()).path("groups")) {
                if (group.path("group").asText().equals("card:reference")) {
                    return group;
                }
            }
            throw DemoException.failed("a decision does not say what became of card:reference: " + response.body());
        }
    }

    private byte[] payment(String card) {
        String id = "drill-" + number.incrementAndGet() + "-" + Instant.now().toEpochMilli();
        return """
                {"transactionId":"%s","occurredAt":"%s","amount":{"value":"12.50","currency":"EUR"},
                 "card":{"token":"%s","accountId":"a-1","entryMode":"CHIP"},
                 "merchant":{"id":"m-1","categoryCode":"5411","country":"DE"}}""".formatted(id, Instant.now().truncatedTo(ChronoUnit.MILLIS), card)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void upsert(String status, Instant validFrom) throws IOException {
        ObjectNode document = JSON.createObjectNode()
                .put("id", CARD)
                .put("cardId", CARD)
                .put("accountId", "a-1")
                .put("status", status)
                .put("validFrom", validFrom.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("openedAt", "2020-02-29T12:00:00Z")
                .put("homeCountry", "DE")
                .put("creditLimit", 500_000);
        backends.cosmos().upsert(backends.settings().cosmosDatabase(), "account_card_reference", document);
    }
}
