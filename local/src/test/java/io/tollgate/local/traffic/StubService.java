package io.tollgate.local.traffic;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers authorizations over real HTTP as a test wants it. */
final class StubService implements AutoCloseable {
    static final String APPROVED = "{\"transactionId\":\"x\",\"decision\":\"APPROVE\",\"reasons\":[{\"code\":\"A\"}],"
            + "\"degraded\":[\"MODEL_LOCAL\"],\"featureSet\":\"v3\"}";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    final List<String> bodies = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();

    /** Writes the answer to one request. */
    interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    StubService(Handler handler) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/authorizations", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
            handler.handle(exchange);
        });
        server.setExecutor(threads);
        server.start();
    }

    static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
