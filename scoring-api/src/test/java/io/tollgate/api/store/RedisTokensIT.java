package io.tollgate.api.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.model.http.OauthSettings;
import io.tollgate.model.http.OauthTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real Redis whose user's password is the newest token of an issuer whose tokens live for two seconds. */
@Timeout(90)
class RedisTokensIT {
    private static final String USER = "service";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static BackendsProcess backends;
    private static RedisClient client;
    private static StatefulRedisConnection<String, String> administrator;

    @BeforeAll
    static void start() throws IOException {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS));
        client = RedisClient.create(backends.settings().redisUri());
        administrator = client.connect();
    }

    @AfterAll
    static void stop() {
        administrator.close();
        client.shutdown();
        backends.close();
    }

    /** Only the newest token opens a connection from now on; those that are open stay. */
    private static void password(String token) {
        administrator
                .sync()
                .dispatch(
                        CommandType.ACL,
                        new StatusOutput<>(StringCodec.ASCII),
                        new CommandArgs<>(StringCodec.ASCII)
                                .add("SETUSER")
                                .add(USER)
                                .add("on")
                                .add("resetpass")
                                .add(">" + token)
                                .add("~*")
                                .add("&*")
                                .add("+@all"));
    }

    private static HttpServer issuer(AtomicInteger issued) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            String token = "token-" + issued.incrementAndGet();
            password(token);
            byte[] body = "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":2}"
                    .formatted(token)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** How often the service's connection has authenticated, as Redis counts. */
    private static long authentications() {
        RedisCommands<String, String> redis = administrator.sync();
        return redis.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_auth:") || line.startsWith("cmdstat_hello:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=([0-9]+),.*", "$1")))
                .sum();
    }

    private static boolean answers(LoopRedis redis) {
        RedisConnection connection = redis.connection();
        if (connection == null || !connection.isOpen()) {
            return false;
        }
        try {
            return connection.async().ping().get(1, TimeUnit.SECONDS).equals("PONG");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false; // cut a moment ago
        }
    }

    @Test
    void connection_livesOnAndComesBack_whileItsPasswordChanges() throws Exception {
        AtomicInteger issued = new AtomicInteger();
        HttpServer issuer = issuer(issued);
        URI url = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/token");
        OauthSettings identity = new OauthSettings(url, "client", "secret", Map.of("scope", "redis"));
        EventLoops loops = new EventLoops(1);
        try (RedisAccess access = RedisAccess.by(
                        backends.settings().redisUri(), USER, new OauthTokens(identity, Clock.systemUTC()));
                LoopRedis redis = new LoopRedis(loops, access, false)) {
            until("connected with the first token", () -> answers(redis));
            RedisConnection first = redis.connection();
            long before = authentications();
            int tokens = issued.get();
            until("three tokens later", () -> issued.get() >= tokens + 3);
            until("authenticated anew with each", () -> authentications() >= before + 3);
            assertThat(redis.connection()).isSameAs(first);
            assertThat(answers(redis)).isTrue();

            administrator
                    .sync()
                    .dispatch(
                            CommandType.CLIENT,
                            new IntegerOutput<>(StringCodec.ASCII),
                            new CommandArgs<>(StringCodec.ASCII)
                                    .add("KILL")
                                    .add("USER")
                                    .add(USER));
            until("connected again with a newer token", () -> answers(redis));
        } finally {
            issuer.stop(0);
            loops.close();
        }
    }
}
