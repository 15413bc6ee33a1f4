package io.tollgate.local.backends;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Backends at another JVM's command: prints their settings as one line of JSON, then takes faults over HTTP ({@code
 * POST /fault/NAME}) and
 * questions ({@code POST /counters}) until the JVM ends. The counterpart of {@link BackendsProcess}.
 */
public final class BackendsServer implements AutoCloseable {
    /** Where faults are posted; one more setting. */
    static final String CONTROL = "control";

    private final HttpServer server;
    private final ExecutorService executor;
    private final Backends backends;

    private BackendsServer(Backends backends) throws IOException {
        this.backends = backends;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.executor = Executors.newSingleThreadExecutor(); // one fault at a time
        server.setExecutor(executor);
        server.createContext("/fault/", exchange -> handle(exchange, this::inject));
        server.createContext("/counters", exchange -> handle(exchange, path -> counters()));
    }

    /**
     * Serves until this JVM is told to end, then closes the backends.
     *
     * @param out receives the settings line
     */
    public static void run(Backends backends, PrintStream out) throws IOException {
        BackendsServer serving = new BackendsServer(backends);
        Runtime.getRuntime().addShutdownHook(new Thread(serving::close, "close-backends"));
        serving.server.start();
        Map<String, String> settings = new HashMap<>(backends.settings().values());
        settings.put(CONTROL, "http://127.0.0.1:" + serving.server.getAddress().getPort());
        out.println(new BackendSettings(settings).toJson());
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdown();
        try {
            backends.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot stop the backends in order.", e);
        }
    }

    private String inject(String path) throws IOException {
        backends.inject(Fault.valueOf(path.substring("/fault/".length())));
        return "done";
    }

    private String counters() throws IOException {
        Map<String, String> texts = new HashMap<>();
        backends.counters().forEach((name, count) -> texts.put(name, Long.toString(count)));
        return FlatJson.write(texts);
    }

    /** What is done about a path, and answered. */
    private interface Action {
        String run(String path) throws IOException;
    }

    private static void handle(HttpExchange exchange, Action action) throws IOException {
        try (exchange) {
            int status = 200;
            String answer;
            try {
                answer = action.run(exchange.getRequestURI().getPath());
            } catch (IllegalArgumentException | IllegalStateException e) {
                status = 400;
                answer = String.valueOf(e.getMessage());
            } catch (IOException e) {
                status = 500;
                answer = String.valueOf(e.getMessage());
            }
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
