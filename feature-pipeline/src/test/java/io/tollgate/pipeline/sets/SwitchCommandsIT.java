package io.tollgate.pipeline.sets;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands that tell the service to switch, against a server that answers as the API's description says. */
class SwitchCommandsIT {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private String url;
    private int looks;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        url = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext(
                "/v1/feature-sets/v4/activate",
                exchange -> answer(
                        exchange, 200, "{\"active\":\"v4\",\"fleet\":\"v4\",\"revision\":7,\"previous\":\"v3\"}"));
        server.createContext(
                "/v1/feature-sets/v5/activate",
                exchange -> answer(
                        exchange,
                        409,
                        "{\"title\":\"Refused\",\"status\":409,\"detail\":\"no model at hand fits; train one\"}"));
        server.createContext(
                "/v1/feature-sets/rollback",
                exchange ->
                        answer(exchange, 200, "{\"active\":\"v4\",\"fleet\":\"v4\",\"revision\":8,\"previous\":null}"));
        // The replica follows at the third look.
        server.createContext(
                "/v1/feature-sets",
                exchange ->
                        answer(exchange, 200, "{\"active\":\"" + (++looks < 3 ? "v3" : "v4") + "\",\"problem\":null}"));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void activate_waitsUntilTheReplicaServesIt() {
        Ran ran = Ran.of("feature-set", "activate", "v4", "--url", url, "--api-key", "secret");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("v4 is active, revision 7; before it: v3")
                .containsPattern("serves it after \\d+ ms");
        assertThat(asked.get(0)).isEqualTo("POST /v1/feature-sets/v4/activate Bearer secret");
        assertThat(looks).isEqualTo(3);
    }

    @Test
    void activate_failsWithTheServicesProblem_whenItIsRefused() {
        Ran ran = Ran.of("feature-set", "activate", "v5", "--url", url, "--api-key", "secret");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err().strip()).isEqualTo("409 Refused: no model at hand fits; train one");
    }

    @Test
    void rollback_saysWhatIsActive() {
        Ran ran = Ran.of("feature-set", "rollback", "--url", url, "--api-key", "secret");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("revision 8; before it: nothing");
    }

    @Test
    void switching_saysWhatToCheck_whenNobodyAnswersOrTheTokenIsMissing() {
        Ran nobody = Ran.of("feature-set", "rollback", "--url", "http://127.0.0.1:1", "--api-key", "secret");
        Ran noToken = Ran.of("feature-set", "rollback", "--url", url, "--api-key", "");

        assertThat(nobody.code()).isEqualTo(2);
        assertThat(nobody.err().strip()).contains("check --url").doesNotContain("\n");
        assertThat(noToken.code()).isEqualTo(2);
        assertThat(noToken.err()).contains("set TOLLGATE_API_KEY");
    }
}
