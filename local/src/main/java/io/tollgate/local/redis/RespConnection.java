package io.tollgate.local.redis;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The few lines of the Redis protocol (RESP2) that starting a server takes: is it up, form a cluster of one. Not a
 * client: arrays are not read, one thread at a time.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">the protocol</a>
 */
final class RespConnection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    RespConnection(int port, @Nullable SSLContext tls, Duration timeout) throws IOException {
        int timeoutMillis = Math.toIntExact(timeout.toMillis());
        InetAddress loopback = InetAddress.getLoopbackAddress();
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(loopback, port), timeoutMillis);
            plain.setSoTimeout(timeoutMillis);
            plain.setTcpNoDelay(true);
            socket = tls == null ? plain : tls.getSocketFactory().createSocket(plain, "localhost", port, true);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /**
     * Sends a command and returns its reply as text.
     *
     * @throws IOException when the server answers with an error or not at all
     */
    String call(String... words) throws IOException {
        StringBuilder request = new StringBuilder("*").append(words.length).append("\r\n");
        for (String word : words) {
            request.append('$').append(word.getBytes(StandardCharsets.UTF_8).length);
            request.append("\r\n").append(word).append("\r\n");
        }
        out.write(request.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
        String head = line();
        return switch (head.charAt(0)) {
            case '+', ':' -> head.substring(1);
            case '$' -> bulk(Integer.parseInt(head.substring(1)));
            default -> throw new IOException("Redis answered " + words[0] + " with " + head + ".");
        };
    }

    private String bulk(int length) throws IOException {
        byte[] body = in.readNBytes(length + 2);
        return new String(body, 0, Math.max(0, body.length - 2), StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("Redis closed the connection.");
            }
            if (next != '\r') {
                text.append((char) next);
            }
        }
        if (text.isEmpty()) {
            throw new IOException("Redis sent an empty line.");
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
