package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes too early, too slowly or without end over one connection. */
class ConnectionIT {
    private static final int HUGE = 100 << 20;
    private static final int READ_TIMEOUT_MS = 20_000;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})");

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

    private static String get(String path, String connection) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer local\r\nConnection: "
                + connection + "\r\n\r\n";
    }

    /** The first is answered by another thread than the connection's, the second at once when its turn comes. */
    @Test
    void connection_goesOn_whenARequestCameBeforeTheAnswerToTheLast() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), replica.url().getPort())) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            InputStream in = socket.getInputStream();
            String two = get("/actuator/health", "keep-alive") + get("/v1/authorizations/no%20id", "keep-alive");
            socket.getOutputStream().write(two.getBytes(StandardCharsets.US_ASCII));
            StringBuilder answers = new StringBuilder();
            byte[] part = new byte[4096];
            while (STATUS.matcher(answers).results().count() < 2) {
                answers.append(new String(part, 0, in.read(part), StandardCharsets.ISO_8859_1));
            }

            socket.getOutputStream()
                    .write(get("/v1/authorizations/none", "close").getBytes(StandardCharsets.US_ASCII));

            answers.append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
            assertThat(STATUS.matcher(answers).results().map(found -> found.group(1)))
                    .containsExactly("200", "404", "404");
        }
    }

    private static Stream<Arguments> hugeRequests() {
        String json = "\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        String known = json + "Authorization: Bearer local\r\n";
        String declared = "Content-Length: " + HUGE + "\r\n\r\n";
        String chunked = "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(HUGE) + "\r\n";
        return Stream.of(
                Arguments.of("payment, declared", "POST /v1/authorizations HTTP/1.1" + known + declared, "413"),
                Arguments.of("payment, chunked", "POST /v1/authorizations HTTP/1.1" + known + chunked, "413"),
                Arguments.of("stranger, declared", "POST /v1/authorizations HTTP/1.1" + json + declared, "401"),
                Arguments.of("stranger, chunked", "POST /v1/authorizations HTTP/1.1" + json + chunked, "401"),
                Arguments.of("feature set, declared", "POST /v1/feature-sets HTTP/1.1" + known + declared, "413"),
                Arguments.of("feature set, chunked", "POST /v1/feature-sets HTTP/1.1" + known + chunked, "413"),
                Arguments.of("nowhere, chunked", "POST /v1/nowhere HTTP/1.1" + known + chunked, "404"));
    }

    /** As much of 100 MB as the service takes; then its answer. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hugeRequests")
    void hugeBody_isRefused_beforeItIsWhole(String name, String head, String expected) throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), replica.url().getPort())) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            byte[] part = " ".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
            int sent = 0;
            try {
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                for (; sent < HUGE; sent += part.length) {
                    socket.getOutputStream().write(part);
                }
            } catch (SocketException e) {
                // Closed on us: what it said before can still be read.
            }
            byte[] answer = new byte[4096];
            int length = socket.getInputStream().read(answer);

            System.out.println("huge body, " + name + ": " + (sent >> 20) + " MB were taken");
            assertThat(length).as("bytes of an answer").isPositive();
            assertThat(new String(answer, 0, length, StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 " + expected);
            assertThat(sent).isLessThan(HUGE);
        }
    }

    @Test
    void slowSender_isCutOff() throws Exception {
        byte[] body = Replica.payment("slow", "c-slow", "3.00").getBytes(StandardCharsets.UTF_8);
        String head = "POST /v1/authorizations HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer local\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), replica.url().getPort())) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body, 0, 10);

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(answer).startsWith("HTTP/1.1 408");
        }
    }
}
