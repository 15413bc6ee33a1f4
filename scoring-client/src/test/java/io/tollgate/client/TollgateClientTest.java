package io.tollgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tollgate.client.AuthorizationDecision.Verdict;
import io.tollgate.client.AuthorizationRequest.Amount;
import io.tollgate.client.AuthorizationRequest.Card;
import io.tollgate.client.AuthorizationRequest.EntryMode;
import io.tollgate.client.AuthorizationRequest.Merchant;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real HTTP server that answers as the service does, and as no service should. */
class TollgateClientTest {
    private static final String DECISION = """
            {"transactionId":"tx-1","decision":"STEP_UP","score":0.42,
             "reasons":[{"code":"CARD_VELOCITY_1M","message":"7 payments within a minute","weight":0.31}],
             "degraded":["MODEL_LOCAL"],"featureSet":"v3","model":"fraud/7","policy":"2026-11-01",
             "decidedAt":"2026-11-21T10:15:30.126Z","aFieldOfALaterVersion":{"x":1}}""";

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private interface Responder {
        void answer(HttpExchange exchange, int attempt) throws Exception;
    }

    private void serve(Responder responder) {
        AtomicInteger count = new AtomicInteger();
        server.createContext("/v1/authorizations", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            try {
                responder.answer(exchange, count.incrementAndGet());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IOException(e);
            } finally {
                exchange.close();
            }
        });
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private TollgateClient.Builder client() {
        return TollgateClient.of(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()), () -> "a-token")
                .deadline(Duration.ofSeconds(10));
    }

    private static AuthorizationRequest payment() {
        return new AuthorizationRequest(
                "tx-1",
                Instant.parse("2026-11-21T10:15:30.123Z"),
                new Amount(new BigDecimal("57.10"), "EUR"),
                new Card("c-596", null, EntryMode.ECOM),
                new Merchant("m-3156", "5411", "DE"),
                null,
                null);
    }

    @Test
    void authorize_sendsTheContractsJson_andReadsTheDecision() throws Exception {
        serve((exchange, attempt) -> {
            assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer a-token");
            reply(exchange, 200, DECISION);
        });

        Outcome outcome = client().build().authorize(payment());

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Decided.class, decided -> {
            assertThat(decided.decision().decision()).isEqualTo(Verdict.STEP_UP);
            assertThat(decided.decision().score()).isEqualTo(0.42);
            assertThat(decided.decision().reasons().get(0).code()).isEqualTo("CARD_VELOCITY_1M");
            assertThat(decided.decision().degraded()).containsExactly("MODEL_LOCAL");
            assertThat(decided.decision().decidedAt()).isEqualTo(Instant.parse("2026-11-21T10:15:30.126Z"));
        });
        assertThat(bodies)
                .containsExactly("{\"transactionId\":\"tx-1\",\"occurredAt\":\"2026-11-21T10:15:30.123Z\","
                        + "\"amount\":{\"value\":\"57.10\",\"currency\":\"EUR\"},"
                        + "\"card\":{\"token\":\"c-596\",\"entryMode\":\"ECOM\"},"
                        + "\"merchant\":{\"id\":\"m-3156\",\"categoryCode\":\"5411\",\"country\":\"DE\"}}");
    }

    @Test
    void authorize_isRefusedOnce_whenTheRequestIsAtFault() throws Exception {
        serve((exchange, attempt) -> reply(
                exchange,
                400,
                "{\"type\":\"about:blank\",\"title\":\"Invalid request\",\"status\":400,\"detail\":\"d\","
                        + "\"violations\":[{\"field\":\"amount.currency\",\"reason\":\"no rate\"}]}"));

        Outcome outcome = client().build().authorize(payment());

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.problem().violations())
                    .containsExactly(new Outcome.Violation("amount.currency", "no rate"));
        });
        assertThat(bodies).hasSize(1);
    }

    @Test
    void authorize_asksAgainWithTheSameBytes_whenAReplicaHasNoAnswer() throws Exception {
        serve((exchange, attempt) -> {
            switch (attempt) {
                case 1 -> reply(exchange, 503, "{}");
                case 2 -> reply(exchange, 200, "<html>a proxy's page</html>");
                default -> reply(exchange, 200, DECISION);
            }
        });

        Outcome outcome = client().attempts(3).build().authorize(payment());

        assertThat(outcome).isInstanceOf(Outcome.Decided.class);
        assertThat(bodies).hasSize(3).allMatch(body -> body.equals(bodies.get(0)));
    }

    @Test
    void authorize_leavesTimeForAnother_whenAReplicaHangs() throws Exception {
        serve((exchange, attempt) -> {
            if (attempt == 1) {
                over.await();
            }
            reply(exchange, 200, DECISION);
        });

        assertThat(client().deadline(Duration.ofSeconds(4)).build().authorize(payment()))
                .isInstanceOf(Outcome.Decided.class);
    }

    @Test
    void authorize_hasNoAnswer_whenTheBodyNeverEnds() throws Exception {
        serve((exchange, attempt) -> {
            exchange.sendResponseHeaders(200, DECISION.length());
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            over.await();
        });

        Outcome outcome = client().deadline(Duration.ofMillis(600)).build().authorize(payment());

        assertThat(outcome).isEqualTo(new Outcome.NoAnswer(2, "no answer in time"));
    }

    @Test
    void authorize_hasNoAnswer_whenNobodyListens() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        TollgateClient client = TollgateClient.of(URI.create("http://127.0.0.1:" + port), () -> "t")
                .deadline(Duration.ofSeconds(10))
                .build();

        assertThat(client.authorize(payment())).isInstanceOfSatisfying(Outcome.NoAnswer.class, none -> {
            assertThat(none.attempts()).isEqualTo(2);
            assertThat(none.cause()).contains("ConnectException");
        });
    }

    @Test
    void settings_outOfBounds_areRefused() {
        assertThatThrownBy(() -> client().deadline(Duration.ZERO)).hasMessageContaining("1 ms and 30 s");
        assertThatThrownBy(() -> client().attempts(0)).hasMessageContaining("between 1 and 5");
    }
}
