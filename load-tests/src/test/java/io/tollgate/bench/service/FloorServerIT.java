package io.tollgate.bench.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.tollgate.features.key.RedisScript;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.params.ScanParams;

/** The floor does each of its hops in a real Redis and over real connections, and waits for it. */
class FloorServerIT {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfour";
    private static final int RECORD_BYTES = 321;
    private static final int CLAIM_MILLIS = 60_000;
    private static final String EVENT = "the event";
    private static final String MGET = "*3\r\n$4\r\nMGET\r\n$1\r\na\r\n$1\r\nb\r\n";
    private static final int REQUESTS = 20;

    /** Two entries of 12 bytes each: length, id, two bytes of event. */
    private static final String TAILS = tail("tail-1") + tail("tail-2");

    private static BackendsProcess backends;
    private static JedisPooled redis;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws IOException {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS));
        redis = new JedisPooled(URI.create(backends.settings().redisUri()));
        // Larger than one read of a socket, so that the reply comes in pieces.
        redis.set("a", "x".repeat(100_000));
        var unused = redis.scriptLoad(RedisScript.APPEND_TAIL.text(), "any");
    }

    @AfterAll
    static void stop() {
        redis.close();
        backends.close();
    }

    private static String tail(String key) {
        return "*7\r\n$7\r\nEVALSHA\r\n$40\r\n" + RedisScript.APPEND_TAIL.sha1() + "\r\n$1\r\n1\r\n$6\r\n" + key
                + "\r\n$12\r\n\0\002idididid42\r\n$5\r\n60000\r\n$4\r\n4096\r\n";
    }

    @Test
    void request_costsOneReadOneCallOneClaimOneCopyAndTheTails() throws IOException {
        try (StubServer model = new StubServer((number, answer) -> answer.accept(200))) {
            LoadResult result = load(model, Duration.ofSeconds(5));
            assertThat(result.requests()).isEqualTo(REQUESTS);
            assertThat(result.failed()).isZero();
            assertThat(model.requests()).isEqualTo(REQUESTS);
        }
        assertThat(calls("mget")).isEqualTo(REQUESTS);
        assertThat(calls("set")).isEqualTo(REQUESTS);
        assertThat(calls("evalsha")).isEqualTo(2 * REQUESTS);
        assertThat(claims()).hasSize(REQUESTS).allSatisfy(key -> {
            assertThat(redis.strlen(key)).isEqualTo(RECORD_BYTES);
            assertThat(redis.pttl(key)).isBetween(1L, (long) CLAIM_MILLIS);
        });
        assertThat(redis.strlen("tail-2")).isEqualTo(REQUESTS * 12L);
        assertThat(Files.readString(directory.resolve("journal-0"), StandardCharsets.ISO_8859_1))
                .startsWith(EVENT.repeat(REQUESTS))
                .doesNotContain(EVENT.repeat(REQUESTS + 1));
    }

    @Test
    void request_isNeitherClaimedNorAnswered_whileTheModelIsSilent() throws IOException {
        try (StubServer model = new StubServer((number, answer) -> {})) {
            LoadResult result = load(model, Duration.ofMillis(300));
            assertThat(result.failed()).isEqualTo(REQUESTS);
            assertThat(model.requests()).isEqualTo(REQUESTS);
        }
        assertThat(calls("mget")).isEqualTo(REQUESTS);
        assertThat(calls("set")).isZero();
    }

    private LoadResult load(StubServer model, Duration patience) throws IOException {
        redis.del("tail-1", "tail-2");
        claims().forEach(redis::del);
        var unused = redis.sendCommand(Protocol.Command.CONFIG, "RESETSTAT");
        Requests requests = allocator -> Unpooled.copiedBuffer(
                "POST / HTTP/1.1\r\nhost: floor\r\ncontent-length: 2\r\n\r\n{}", StandardCharsets.US_ASCII);
        try (FloorServer floor = FloorServer.start(work(model), 1, directory);
                LoadClient client = new LoadClient(requests, patience)) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), floor.port());
            return client.openLoop(address, 100, Duration.ofMillis(10L * REQUESTS));
        }
    }

    private static FloorWork work(StubServer model) {
        URI uri = URI.create(backends.settings().redisUri());
        byte[] request = ascii("POST / HTTP/1.1\r\nhost: model\r\ncontent-length: 0\r\n\r\n");
        return new FloorWork(
                new InetSocketAddress(uri.getHost(), uri.getPort()),
                model.address(),
                List.of(new FloorWork.Payment(ascii(MGET), request, ascii(TAILS), 2)),
                ascii(ANSWER),
                RECORD_BYTES,
                CLAIM_MILLIS,
                ascii(EVENT));
    }

    private static List<String> claims() {
        return redis.scan(
                        ScanParams.SCAN_POINTER_START,
                        new ScanParams().match("idem:*").count(10_000))
                .getResult();
    }

    private static long calls(String command) {
        Matcher matcher =
                Pattern.compile("cmdstat_" + command + ":calls=([0-9]+)").matcher(redis.info("commandstats"));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
