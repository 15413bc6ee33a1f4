package io.tollgate.pipeline.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.model.http.TokenIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.commands.ProtocolCommand;

/** A real Redis whose user's password is the newest token of an issuer whose tokens live for two seconds. */
class RedisTokenIT {
    private static final String USER = "pipeline";

    private static HttpServer issuer(JedisPooled administrator, AtomicInteger issued) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            String token = "token-" + issued.incrementAndGet();
            administrator.sendCommand(
                    command("ACL"), "SETUSER", USER, "on", "resetpass", ">" + token, "~*", "&*", "+@all");
            byte[] body = "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":2}"
                    .formatted(token)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static ProtocolCommand command(String name) {
        return () -> name.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void writer_logsInWithATokenAndWithANewOne_whenItsConnectionIsCut() throws Exception {
        AtomicInteger issued = new AtomicInteger();
        try (BackendsProcess backends = BackendsProcess.start(BackendOptions.only(Service.REDIS));
                JedisPooled administrator =
                        new JedisPooled(URI.create(backends.settings().redisUri()))) {
            HttpServer issuer = issuer(administrator, issued);
            String url = "http://127.0.0.1:" + issuer.getAddress().getPort() + "/token";
            TokenIdentity identity = new TokenIdentity(TokenIdentity.Kind.CLIENT, url, "id", "secret", "redis");
            RedisTarget target = RedisTarget.of(
                    URI.create(backends.settings().redisUri()), false, new RedisTarget.Login(USER, identity));
            try (RedisWriter writer = new RedisWriter(target)) {
                writer.writeProgress("progress", Map.of("0", "first"));
                long killed = (Long) administrator.sendCommand(command("CLIENT"), "KILL", "USER", USER);
                assertThat(killed).as("connections of the user").isPositive();
                administrator.sendCommand(command("ACL"), "SETUSER", USER, "resetpass", ">of-nobody");

                writer.writeProgress("progress", Map.of("0", "second"));

                assertThat(administrator.hget("progress", "0")).isEqualTo("second");
                assertThat(issued.get()).as("tokens").isGreaterThan(1);
            } finally {
                issuer.stop(0);
            }
        }
    }
}
