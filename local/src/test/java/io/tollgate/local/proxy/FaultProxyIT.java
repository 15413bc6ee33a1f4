package io.tollgate.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy before a server that sends back what it gets. */
class FaultProxyIT {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int PATIENCE_MS = 20_000;

    /** Enough for a byte to come through a proxy that lets it. */
    private static final int MOMENT_MS = 300;

    private ServerSocket server;
    private FaultProxy proxy;
    private Socket client;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept, "echo");
        accepting.setDaemon(true);
        accepting.start();
        proxy = FaultProxy.to("127.0.0.1", server.getLocalPort());
        client = connect();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        proxy.close();
        server.close();
    }

    @Test
    void bytes_pass_whenNothingIsWrong() throws IOException {
        assertThat(ask("hello")).isEqualTo("hello");
        assertThat(proxy.connections()).isOne();
    }

    @Test
    void answer_isHeldBack_untilTheDelayIsCleared() throws IOException {
        proxy.set(new LinkFault.Delay(LONG));
        say("hello");
        assertThat(silent()).isTrue();

        proxy.clear();

        assertThat(listen(5)).isEqualTo("hello");
        assertThat(ask("again")).isEqualTo("again");
    }

    @Test
    void answer_arrivesByteByByte_whenItTrickles() throws IOException {
        proxy.set(new LinkFault.Trickle(Duration.ofMillis(50)));
        say("hello");
        long start = System.nanoTime();

        assertThat(listen(5)).isEqualTo("hello");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
    }

    @Test
    void answer_ends_afterTheBytesBeforeTheCut() throws IOException {
        proxy.set(new LinkFault.CutAfter(3));
        say("hello");

        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("hel");
    }

    @Test
    void connection_staysDead_whenItFellIntoTheBlackHole() throws IOException {
        proxy.set(new LinkFault.BlackHole());
        say("hello");
        assertThat(silent()).isTrue();
        proxy.clear();
        say("again");

        assertThat(silent()).isTrue();
        try (Socket other = connect()) {
            client.close();
            client = other;
            assertThat(ask("hello")).isEqualTo("hello");
        }
    }

    @Test
    void connections_areRefused_untilThatIsCleared() throws IOException {
        // Once it has answered, the proxy has accepted it.
        assertThat(ask("first")).isEqualTo("first");
        proxy.set(new LinkFault.Refuse());
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);

        proxy.clear();

        client = connect();
        assertThat(ask("hello")).isEqualTo("hello");
    }

    @Test
    void connections_areClosedOnce_whenTheyAreCut() throws IOException {
        // Once it has answered, the proxy has accepted it.
        assertThat(ask("first")).isEqualTo("first");
        proxy.cut();
        assertThat(client.getInputStream().read()).isEqualTo(-1);

        client = connect();
        assertThat(ask("hello")).isEqualTo("hello");
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private String ask(String text) throws IOException {
        say(text);
        return listen(text.length());
    }

    private void say(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String listen(int bytes) throws IOException {
        return new String(client.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    private boolean silent() throws IOException {
        client.setSoTimeout(MOMENT_MS);
        try {
            client.getInputStream().read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            client.setSoTimeout(PATIENCE_MS);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket accepted = server.accept();
                Thread echo = new Thread(() -> echo(accepted), "echo");
                echo.setDaemon(true);
                echo.start();
            }
        } catch (IOException e) {
            // The test is over and has closed the server.
            assertThat(server.isClosed()).isTrue();
        }
    }

    private static void echo(Socket socket) {
        try (socket;
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // The other side has closed the connection, which is how these conversations end.
            assertThat(e).hasMessageMatching("(?i).*(closed|reset|broken pipe).*");
        }
    }
}
