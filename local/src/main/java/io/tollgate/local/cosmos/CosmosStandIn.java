package io.tollgate.local.cosmos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tollgate.local.net.LocalCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for Azure Cosmos DB where there is none: an HTTPS server on the loopback interface that answers the real
 * Java SDK in gateway mode. There is no emulator that starts from a Maven artifact, and a demo must run without Docker.
 *
 * <p>It does: account, databases and containers (create, read); items (create, point read, replace, upsert, delete)
 * with etags, so 404, 409 and 412 as the service has them; transactional batches and bulks; the change feed in latest
 * version mode, from the beginning, from now, from a time and from a continuation; two partitions per container with
 * the service's hashing; time to live; signatures with the account key; request charges (rough), session tokens; 429
 * with a retry hint, on demand. Given a directory, it keeps its data there.
 *
 * <p>It does not: SQL, patch, stored procedures, conflict feeds, all-versions change feed, partition keys other than one
 * top-level string, indexes, direct mode, several regions, consistency other than strong (nothing is ever stale), or
 * throughput limits of its own. Each answers with 400 and says so.
 *
 * <p>Safe for use by several threads.
 */
public final class CosmosStandIn implements AutoCloseable {
    /** As many requests at once as a laptop's demo has clients; more wait in the accept queue. */
    private static final int THREADS = 4;

    /** Soon, so that tests of throttled clients are quick; the service says up to a second. */
    private static final String RETRY_AFTER_MILLIS = "20";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpsServer server;
    private final ExecutorService executor;
    private final Account account;
    private final Gateway gateway;
    private final MasterKey key = MasterKey.random();
    private final AtomicInteger toThrottle = new AtomicInteger();
    private final Map<Operation, LongAdder> requests = new ConcurrentHashMap<>();

    private CosmosStandIn(HttpsServer server, Account account) {
        this.server = server;
        this.account = account;
        this.gateway = new Gateway(account, this::endpoint);
        AtomicInteger number = new AtomicInteger();
        this.executor = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "cosmos-stand-in-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(executor);
        server.createContext("/", this::handle);
    }

    /**
     * Starts a server on a free port.
     *
     * @param certificate what it presents; clients need its trust store
     * @param dataDir where it keeps its data for the next start; null for nowhere
     * @param clock tells items' times and expiry
     */
    public static CosmosStandIn start(LocalCertificate certificate, @Nullable Path dataDir, Clock clock)
            throws IOException {
        // Read once per JVM, when its first server is made: without it an answer waits 40 ms for the client's ACK.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try {
            server.setHttpsConfigurator(new HttpsConfigurator(certificate.sslContext()));
        } catch (GeneralSecurityException e) {
            throw new IOException("Cannot read the local certificate " + certificate.certificatePem() + ".", e);
        }
        CosmosStandIn standIn =
                new CosmosStandIn(server, new Account(clock, dataDir == null ? null : new Journal(dataDir)));
        server.start();
        return standIn;
    }

    public String endpoint() {
        return "https://localhost:" + server.getAddress().getPort() + "/";
    }

    /** The account's key, made at start. */
    public String key() {
        return key.text();
    }

    /** Makes a database and a container in it, those of them that do not exist yet. */
    public void createContainer(String database, String container, String partitionKeyPath) {
        account.createDatabase(JSON.createObjectNode().put("id", database));
        ObjectNode definition = JSON.createObjectNode().put("id", container);
        definition.putObject("partitionKey").putArray("paths").add(partitionKeyPath);
        account.createContainer(Objects.requireNonNull(account.database(database)), definition);
    }

    /**
     * Writes an item from within this JVM, as a request would.
     *
     * @throws IllegalArgumentException when there is no such container or the item lacks id or partition key
     */
    public void upsert(String database, String container, ObjectNode item) {
        Account.Database found = account.database(database);
        Container target = found == null ? null : Account.container(found, container);
        if (target == null) {
            throw new IllegalArgumentException("There is no container " + container + " in " + database + ".");
        }
        String key = item.path(target.partitionKey()).asText();
        Outcome outcome;
        try {
            outcome = ItemOperations.run(target, Operation.UPSERT, key, null, item, null);
        } catch (BadRequestException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!outcome.succeeded()) {
            throw new IllegalArgumentException(outcome.message());
        }
    }

    /** Answers 429 to the next so many item requests; 0 stops that. */
    public void throttle(int itemRequests) {
        toThrottle.set(itemRequests);
    }

    /** How many requests of each kind have come, those throttled included. */
    public Map<Operation, Long> requests() {
        Map<Operation, Long> counts = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            LongAdder count = requests.get(operation);
            counts.put(operation, count == null ? 0 : count.sum());
        }
        return Collections.unmodifiableMap(counts);
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        executor.shutdownNow();
        account.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = Request.read(exchange);
            if (request == null) {
                write(exchange, Operation.METADATA, Answer.error(413, "A request holds at most 2 MB."));
            } else {
                Operation operation = Gateway.operation(request);
                requests.computeIfAbsent(operation, each -> new LongAdder()).increment();
                write(exchange, operation, answer(request, operation));
            }
        }
    }

    private Answer answer(Request request, Operation operation) {
        if (!key.signed(request)) {
            return Answer.error(401, "The request is not signed with this account's key.");
        }
        if (operation != Operation.METADATA && toThrottle.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return Answer.error(429, "The request rate is too large.")
                    .with("x-ms-retry-after-ms", RETRY_AFTER_MILLIS)
                    .with("x-ms-substatus", "3200");
        }
        try {
            return gateway.answer(request);
        } catch (BadRequestException e) {
            return Answer.error(400, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            System.getLogger(CosmosStandIn.class.getName())
                    .log(System.Logger.Level.ERROR, "The Cosmos DB stand-in failed", e);
            return Answer.error(500, "The stand-in failed: " + e);
        }
    }

    private static void write(HttpExchange exchange, Operation operation, Answer answer) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/json");
        headers.set("x-ms-activity-id", UUID.randomUUID().toString());
        headers.set("x-ms-request-charge", Double.toString(ItemOperations.charge(operation)));
        headers.set("x-ms-serviceversion", "version=tollgate-stand-in");
        answer.headers().forEach(headers::set);
        byte[] body =
                answer.body() == null ? new byte[0] : answer.body().toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
