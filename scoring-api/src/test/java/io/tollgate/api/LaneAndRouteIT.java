package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A payment that comes alone is answered in the express lane, one that is pipelined behind another request by the route.
 * Whatever the request, both must say the same, and must agree on where it ends and on what becomes of the connection:
 * each is followed by one more request. Seeded.
 */
class LaneAndRouteIT {
    private static final int REQUESTS = 1_500;
    private static final long SEED = 20_261_129;
    private static final int READ_TIMEOUT_MS = 20_000;

    /** Is answered behind a read of Redis, and so after the payment has come: that one is pipelined. */
    private static final String BEFORE =
            "GET /v1/authorizations/none HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer local\r\n\r\n";

    private static final String AFTER = "GET /actuator/health/liveness HTTP/1.1\r\nHost: h\r\n\r\n";

    private static final String LAST = "\"UP\"}";

    private static final Pattern HEAD = Pattern.compile("HTTP/1\\.[0-9] ([0-9]{3})[^\r]*\r\n((?:[^\r]+\r\n)*)\r\n");

    /** What differs from payment to payment, whoever answers. */
    private static final Pattern OWN =
            Pattern.compile("\\{\"transactionId\":.*?\"decidedAt\":\"[^\"]*\"}|server-timing: [^\r]*\r\n");

    private static final List<String> LINES = List.of(
            "POST  /v1/authorizations HTTP/1.1",
            "POST /v1/authorizations HTTP/1.0",
            "POST /v1/authorizations HTTP/1.2",
            "POST /v1/authorizations",
            "post /v1/authorizations HTTP/1.1",
            "PUT /v1/authorizations HTTP/1.1",
            "POST http://h/v1/authorizations HTTP/1.1",
            "POST http://elsewhere:99/v1/authorizations HTTP/1.1",
            "POST //v1/authorizations HTTP/1.1",
            "POST /v1//authorizations HTTP/1.1",
            "POST /v1/authorizations/ HTTP/1.1",
            "POST /v1/%61uthorizations HTTP/1.1",
            "POST /v1/./authorizations HTTP/1.1",
            "POST /v1/x/../authorizations HTTP/1.1",
            "POST /v1/authorizations? HTTP/1.1",
            "POST /v1/authorizations?a=b HTTP/1.1",
            "POST /v1/authorizations#x HTTP/1.1",
            "POST /v1/authorizations;x=y HTTP/1.1",
            "POST /V1/authorizations HTTP/1.1",
            "\r\n\r\nPOST /v1/authorizations HTTP/1.1");

    private static final List<String> HOSTS = List.of(
            "",
            "Host:\r\n",
            "Host: h\r\nHost: h\r\n",
            "Host: h\r\nHost: i\r\n",
            "Host: a b\r\n",
            "Host: h:port\r\n",
            "Host: h:99999\r\n",
            "Host: h:-1\r\n",
            "Host: h:80:80\r\n",
            "Host: h:\r\n",
            "Host: :80\r\n",
            "Host: [::1]:80\r\n",
            "Host: [::1\r\n",
            "Host: user@h\r\n",
            "Host: h/path\r\n",
            "Host: h,i\r\n",
            "Host: \u00fc\r\n");

    private static final List<String> AUTHORIZATIONS = List.of(
            "",
            "Authorization: bearer local\r\n",
            "Authorization: Bearer  local \r\n",
            "Authorization: Bearer\r\n",
            "Authorization: Bearer remote\r\n",
            "Authorization: Basic bG9jYWw6bG9jYWw=\r\n",
            "Authorization: Bearer local\r\nAuthorization: Bearer remote\r\n",
            "Authorization: Bearer remote\r\nAuthorization: Bearer local\r\n");

    private static final List<String> TYPES = List.of(
            "",
            "Content-Type: APPLICATION/JSON\r\n",
            "Content-Type: application/json;charset=utf-16\r\n",
            "Content-Type: application/jsonx\r\n",
            "Content-Type: text/plain\r\n",
            "Content-Type: application/json\r\nContent-Type: text/plain\r\n");

    private static final List<String> ODD = List.of(
            "Connection: close\r\n",
            "Connection: keep-alive, close\r\n",
            "Connection: Keep-Alive\r\n",
            "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
            "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n",
            "Expect: 100-continue\r\n",
            "Expect: the-unexpected\r\n",
            "Tollgate-Budget-Ms: 300\r\n",
            "Tollgate-Budget-Ms: x\r\n",
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n",
            "Content-Encoding: gzip\r\n",
            "Accept: text/html\r\n",
            "Accept-Encoding: gzip\r\n",
            "X-Forwarded-Host: a b\r\nX-Forwarded-Port: x\r\nX-Forwarded-For: x\r\n",
            "Forwarded: host=\"a b\";proto=x;for=\"[\"\r\n",
            "Cookie: a=\u0001; b\r\n",
            "Origin: https://elsewhere.test\r\n",
            "Access-Control-Request-Method: POST\r\n",
            "X-HTTP-Method-Override: GET\r\n",
            "X : y\r\n",
            " X: y\r\n",
            "X: y\r\n folded\r\n",
            "X: y\r\n\tfolded: z\r\n",
            "X\r\n",
            ": y\r\n",
            "X@Y: z\r\n",
            "X: \u0001\r\n",
            "X: y\n",
            "X: y\rZ: z\r\n",
            "X: " + "y".repeat(20_000) + "\r\n",
            "Trailer: x\r\n",
            "TE: trailers\r\nConnection: TE\r\n");

    @TempDir
    static Path scratch;

    private static LoneReplica alone;

    @BeforeAll
    static void start() throws IOException {
        alone = LoneReplica.start(scratch);
    }

    @AfterAll
    static void stop() {
        if (alone != null) {
            alone.close();
        }
    }

    /** How long the body is said to be; nearly always as long as it is. */
    private static String framing(Random random, int length) {
        String right = "Content-Length: " + length + "\r\n";
        return switch (random.nextInt(24)) {
            case 0 -> "";
            case 1 -> right + right;
            case 2 -> right + "Content-Length: " + (length + 1) + "\r\n";
            case 3 -> "Content-Length: +" + length + "\r\n";
            case 4 -> "Content-Length: 000" + length + "\r\n";
            case 5 -> "Content-Length: " + length + ", " + length + "\r\n";
            case 6 -> "Content-Length: 0x" + Integer.toHexString(length) + "\r\n";
            case 7 -> "Content-Length: -1\r\n";
            case 8 -> "Content-Length:\r\n";
            case 9 -> "Content-Length: 99999999999999999999\r\n";
            case 10 -> "Content-Length: " + Math.max(0, length - 7) + "\r\n";
            case 11 -> right + "Transfer-Encoding: identity\r\n";
            case 12 -> right + "Transfer-Encoding: chunked\r\n";
            case 13 -> right + "Transfer-Encoding:\r\n";
            case 14 -> right + "Transfer-Encoding : chunked\r\n";
            default -> right;
        };
    }

    private static <T> T oneOf(Random random, List<T> odd) {
        return odd.get(random.nextInt(odd.size()));
    }

    private static String body(Random random, String id) {
        String valid = Replica.payment(id, "c-" + id, "3.00")
                .replaceAll("\"occurredAt\":\"[^\"]*\"", "\"occurredAt\":\"TIME\"");
        return switch (random.nextInt(12)) {
            case 0 -> "";
            case 1 -> valid.substring(0, valid.length() - 5);
            case 2 -> "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
            case 3 -> valid + " ".repeat(16 * 1024 - valid.length());
            case 4 -> valid + " ".repeat(16 * 1024 - valid.length() + 1);
            case 5 -> valid.replace("3.00", "x");
            default -> valid;
        };
    }

    private static byte[] request(long seed, String id) {
        Random random = new Random(seed);
        String body = body(random, id).replace("TIME", Instant.now().toString());
        int which = random.nextInt(6);
        String head = (which == 0 ? oneOf(random, LINES) : "POST /v1/authorizations HTTP/1.1")
                + "\r\n"
                + (which == 1 ? oneOf(random, HOSTS) : "Host: h\r\n")
                + (which == 2 ? oneOf(random, AUTHORIZATIONS) : "Authorization: Bearer local\r\n")
                + (which == 3 ? oneOf(random, TYPES) : "Content-Type: application/json\r\n")
                + (which == 4 ? oneOf(random, ODD) : "")
                + (which == 5 ? framing(random, body.length()) : "Content-Length: " + body.length() + "\r\n")
                + "\r\n";
        return (head + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String exchange(String before, byte[] request) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), alone.replica().url().getPort())) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(before.getBytes(StandardCharsets.ISO_8859_1));
            all.write(request);
            all.write(AFTER.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(all.toByteArray());
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                byte[] part = new byte[8192];
                for (int length = socket.getInputStream().read(part);
                        length >= 0;
                        length = socket.getInputStream().read(part)) {
                    answer.write(part, 0, length);
                    if (answer.toString(StandardCharsets.ISO_8859_1).endsWith(LAST)) {
                        break;
                    }
                }
            } catch (SocketException e) {
                // Reset behind an answer to what it did not want to read.
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** The answers, without what differs by nature; the headers of each in the order of their names. */
    private static String comparable(String answers) {
        String text = OWN.matcher(answers).replaceAll(own -> own.group().startsWith("{") ? "a decision" : "");
        return HEAD.matcher(text)
                .replaceAll(
                        head -> Matcher.quoteReplacement("\n" + head.group(1) + " " + headers(head.group(2)) + " "));
    }

    private static List<String> headers(String lines) {
        return lines.toLowerCase(Locale.ROOT)
                .lines()
                .filter(line -> !line.startsWith("content-length:"))
                .sorted()
                .toList();
    }

    @Test
    void lane_andRoute_sayTheSame() throws Exception {
        Random seeds = new Random(SEED);
        Map<String, Integer> compared = new TreeMap<>();
        int unseen = 0;
        for (int i = 0; i < REQUESTS; i++) {
            long seed = seeds.nextLong();
            String byLane = comparable(exchange("", request(seed, "lr-" + i + "a")));
            String behind = comparable(exchange(BEFORE, request(seed, "lr-" + i + "b")));
            String byRoute = behind.replaceFirst("^\n404 [^\n]*", "");
            if (byRoute.isEmpty() || byRoute.equals(behind)) {
                // The server closes behind the request before when a later one asks for it, or is none.
                unseen++;
                continue;
            }
            String what = "seed " + SEED + ", request " + i + "\n"
                    + new String(request(seed, "lr-" + i), StandardCharsets.ISO_8859_1);
            assertThat(byLane).as(what).isEqualTo(byRoute);
            compared.merge(statuses(byLane), 1, Integer::sum);
        }
        System.out.println("lane and route: the same for " + compared + ", " + unseen + " were not seen by the route");
        assertThat(compared).containsKeys("200 200", "400 200", "401 200", "415 200", "400");
        assertThat(unseen).isLessThan(REQUESTS / 20);
    }

    /** By the lines that {@link #comparable} makes. */
    private static String statuses(String comparable) {
        return comparable
                .lines()
                .filter(line -> line.matches("[0-9]{3} \\[.*"))
                .map(line -> line.substring(0, 3))
                .collect(Collectors.joining(" "));
    }
}
