package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Thousands of requests that nobody should send. Whatever comes, the answer is a decision or the caller's fault, never
 * the service's, and tells nothing of its inside. Seeded; the seed is in every message.
 */
class FuzzIT {
    private static final int BODIES = 4_000;
    private static final int RAW = 400;
    private static final int READ_TIMEOUT_MS = 20_000;
    private static final Pattern VALUE = Pattern.compile("(?<=:)(\"[^\"]*\"|[0-9.]+)");

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})");

    private static final List<String> VALUES = List.of(
            "NaN",
            "Infinity",
            "1e400",
            "-1e400",
            "-0",
            "-0.0",
            "12345678901234567890",
            "\"12345678901234567890\"",
            "\"1e5\"",
            "\"-1\"",
            "\"0\"",
            "\"00000000000000000.1\"",
            "1.7976931348623157e309",
            "5e-324",
            "null",
            "true",
            "[]",
            "{}",
            "[[[[[[]]]]]]",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"\\uD800\"",
            "\"\\u202Eabc\"",
            "\"\uD83D\uDCA3\"",
            "\"4111111111111111\"",
            "\"0000-01-01T00:00:00Z\"",
            "\"9999-12-31T23:59:59.999999999Z\"",
            "\"+1000000000-01-01T00:00:00Z\"",
            "\"-999999999-01-01T00:00:00Z\"",
            "\"2026-02-30T10:00:00Z\"",
            "\"2026-11-21T10:15:30\"",
            "\"2026-11-21T24:00:00Z\"",
            "\"2026-11-21T10:15:30+99:99\"",
            "\"2026-11-21T10:15:30.1234567890123456789Z\"",
            "\"::ffff:203.0.113.7\"",
            "\"999.1.1.1\"",
            "\"fe80::1%eth0\"",
            "\"../../etc/passwd\"",
            "\"${jndi:ldap://x}\"",
            "\"<script>\"",
            "\"" + "z".repeat(9_000) + "\"",
            "[".repeat(4_000) + "]".repeat(4_000),
            "{\"a\":".repeat(1_500) + "1" + "}".repeat(1_500),
            "9".repeat(5_000));

    private static final List<Charset> CHARSETS = List.of(
            StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16BE);

    @TempDir
    static Path scratch;

    private static LoneReplica alone;
    private static Replica replica;

    @BeforeAll
    static void start() throws IOException {
        alone = LoneReplica.start(scratch);
        replica = alone.replica();
    }

    @AfterAll
    static void stop() {
        if (alone != null) {
            alone.close();
        }
    }

    private static byte[] body(Random random, int number) {
        String valid = Replica.payment("fz-" + number, "c-fz-" + random.nextInt(50), "12.00");
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> replaceValue(random, valid).getBytes(StandardCharsets.UTF_8);
            case 3 -> bytesChanged(random, valid.getBytes(StandardCharsets.UTF_8));
            case 4 -> valid.substring(0, random.nextInt(valid.length())).getBytes(StandardCharsets.UTF_8);
            case 5 -> valid.getBytes(CHARSETS.get(random.nextInt(CHARSETS.size())));
            case 6 -> rubbish(random);
            default -> twice(random, valid).getBytes(StandardCharsets.UTF_8);
        };
    }

    private static String replaceValue(Random random, String valid) {
        Matcher values = VALUE.matcher(valid);
        int wanted = random.nextInt((int) VALUE.matcher(valid).results().count());
        StringBuilder changed = new StringBuilder();
        for (int i = 0; values.find(); i++) {
            String with = i == wanted ? VALUES.get(random.nextInt(VALUES.size())) : values.group();
            values.appendReplacement(changed, Matcher.quoteReplacement(with));
        }
        return values.appendTail(changed).toString();
    }

    private static byte[] bytesChanged(Random random, byte[] bytes) {
        for (int i = 0; i <= random.nextInt(4); i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static byte[] rubbish(Random random) {
        byte[] bytes = new byte[random.nextInt(2_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A name that stands twice, or an object where a field belongs. */
    private static String twice(Random random, String valid) {
        int at = valid.indexOf(',', random.nextInt(valid.length() / 2));
        return valid.substring(0, at) + valid.substring(valid.indexOf(','));
    }

    private static void assertHarmless(String what, int status, String body) {
        assertThat(status).as(what).matches(it -> it == 200 || (it >= 400 && it <= 499), "200 or the caller's fault");
        assertThat(body)
                .as(what)
                .doesNotContain("Exception")
                .doesNotContain("\tat ")
                .doesNotContain("io.tollgate");
        if (status != 200) {
            // A decision names its transaction; no refusal quotes what was sent.
            assertThat(body).as(what).doesNotContain("4111111111111111");
        }
    }

    @Test
    void anyBody_getsADecisionOrAProblem() throws Exception {
        long seed = 20_261_121;
        Random random = new Random(seed);
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (int i = 0; i < BODIES; i++) {
            byte[] body = body(random, i);
            HttpResponse<String> response = replica.send(replica.request("/v1/authorizations")
                    .POST(BodyPublishers.ofByteArray(body))
                    .build());

            String what = "seed " + seed + ", body " + i + " of " + body.length + " bytes";
            assertHarmless(what, response.statusCode(), response.body());
            assertThat(JsonMapper.shared().readTree(response.body()).isObject())
                    .as(what)
                    .isTrue();
            statuses.merge(response.statusCode(), 1, Integer::sum);
        }
        System.out.println("fuzz: " + BODIES + " bodies, answers by status " + statuses);
        assertThat(statuses).containsKeys(200, 400);
        assertThat(replica.json("/v1/stats").path("errors").asInt()).isZero();
    }

    private static String head(Random random, int length) {
        List<String> odd = List.of(
                "",
                "Tollgate-Budget-Ms: -5\r\n",
                "Tollgate-Budget-Ms: 99999999999999999999\r\n",
                "Tollgate-Budget-Ms: \u0661\u0662\r\n",
                "traceparent: 00-zz-zz-zz\r\n",
                "traceparent: " + "0".repeat(5_000) + "\r\n",
                "Content-Type: application/json; charset=\"\r\n",
                "Content-Type: application/jsonx\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: 99999999999999999999999\r\n",
                "Content-Length: 100000000\r\n",
                "Content-Length: 1\r\nContent-Length: 2\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Content-Encoding: gzip\r\n",
                "Expect: 100-continue\r\n",
                "Expect: the-unexpected\r\n",
                "Authorization: Bearer \u0000\r\n",
                "Authorization: Bearer " + "t".repeat(9_000) + "\r\n",
                "X: " + "y".repeat(30_000) + "\r\n",
                "A\u0000B: c\r\n",
                ": no name\r\n",
                "no colon\r\n",
                "Host: a\r\nHost: b\r\n",
                "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
                "tollgate-rehearsal: 0123456789abcdef0123456789abcdef\r\n",
                "x\r\n\r\n\r\n".repeat(20));
        List<String> lines = List.of(
                "POST /v1/authorizations HTTP/1.1",
                "POST /v1/authorizations HTTP/1.1",
                "POST /v1/authorizations HTTP/1.1",
                "POST /v1/authorizations HTTP/1.0",
                "POST /v1/authorizations HTTP/9.9",
                "POST /v1/authorizations",
                "P\u0000ST /v1/authorizations HTTP/1.1",
                "POST /v1/authorizations?x=%zz HTTP/1.1",
                "POST /v1/%2e%2e/authorizations HTTP/1.1",
                "POST //v1/authorizations HTTP/1.1",
                "GET /v1/authorizations/%00 HTTP/1.1",
                "GET /v1/authorizations/" + "x".repeat(20_000) + " HTTP/1.1",
                "GET /v1/entities/card/%ff%fe/features HTTP/1.1",
                "GET /console/..%2f..%2fapplication.yaml HTTP/1.1",
                "DELETE /v1/authorizations HTTP/1.1",
                "TRACE / HTTP/1.1",
                "OPTIONS * HTTP/1.1");
        return lines.get(random.nextInt(lines.size()))
                + "\r\nHost: localhost\r\nAuthorization: Bearer local\r\nContent-Type: application/json\r\n"
                + odd.get(random.nextInt(odd.size()))
                + (random.nextInt(4) == 0 ? "" : "Content-Length: " + length + "\r\n")
                + "Connection: close\r\n\r\n";
    }

    /** Sends bytes and reads what comes until the other side closes; empty when it closes without a word. */
    private static String exchange(byte[] request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), replica.url().getPort())) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
                InputStream in = socket.getInputStream();
                in.transferTo(answer);
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // Closed on us in the middle of what it does not want: what it said before counts.
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void anyRequest_getsADecisionOrIsRefused() throws Exception {
        long seed = 77;
        Random random = new Random(seed);
        Map<String, Integer> statuses = new TreeMap<>();
        for (int i = 0; i < RAW; i++) {
            byte[] body = Replica.payment("raw-" + i, "c-raw", "3.00").getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write(head(random, body.length).getBytes(StandardCharsets.ISO_8859_1));
            request.write(body);

            String answer = exchange(request.toByteArray());

            String what = "seed " + seed + ", request " + i;
            // An interim answer (100 Continue) may stand before the answer itself, or alone before the end.
            Optional<String> found = STATUS.matcher(answer)
                    .results()
                    .map(result -> result.group(1))
                    .filter(code -> !code.equals("100"))
                    .findFirst();
            if (found.isEmpty()) {
                statuses.merge("closed", 1, Integer::sum);
                continue;
            }
            assertThat(answer).as(what).startsWith("HTTP/1.");
            int status = Integer.parseInt(found.get());
            assertHarmless(
                    what + ": "
                            + request.toString(StandardCharsets.ISO_8859_1)
                                    .lines()
                                    .findFirst(),
                    status,
                    answer);
            statuses.merge(Integer.toString(status), 1, Integer::sum);
        }
        System.out.println("fuzz: " + RAW + " raw requests, answers by status " + statuses);
        assertThat(statuses).containsKeys("400", "404");
        assertThat(replica.json("/v1/stats").path("errors").asInt()).isZero();
    }
}
