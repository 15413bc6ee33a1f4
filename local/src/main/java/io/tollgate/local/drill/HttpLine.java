package io.tollgate.local.drill;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * One kept connection to the service, and one request at a time on it: a client that does exactly what it is told, so
 * that a drill knows whether a request was sent, answered or cut off. It opens its connection when it needs one, and
 * closes it when the server announces that it will (RFC 9112, 9.6). Confined to one thread.
 */
final class HttpLine implements Closeable {
    private static final Duration CONNECT = Duration.ofSeconds(1);

    /** Far above the service's own deadline: only a hang reaches it. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private static final int MAX_LINE = 8_192;
    private static final int MAX_BODY = 1 << 20;

    private final InetSocketAddress address;
    private final String apiKey;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    HttpLine(InetSocketAddress address, String apiKey) {
        this.address = address;
        this.apiKey = apiKey;
    }

    /** What came back. */
    record Response(int status, String body) {}

    /**
     * Sends a payment and waits for what becomes of it.
     *
     * @throws IOException when there is no whole answer; whether the payment was decided is unknown then
     */
    Response post(String path, byte[] body) throws IOException {
        String head = "POST " + path + " HTTP/1.1\r\nHost: " + address.getHostString() + "\r\nAuthorization: Bearer "
                + apiKey + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        return exchange(head, body);
    }

    Response get(String path) throws IOException {
        String head = "GET " + path + " HTTP/1.1\r\nHost: " + address.getHostString() + "\r\nAuthorization: Bearer "
                + apiKey + "\r\n\r\n";
        return exchange(head, new byte[0]);
    }

    private Response exchange(String head, byte[] body) throws IOException {
        boolean whole = false;
        try {
            Socket open = connected();
            ByteArrayOutputStream request = new ByteArrayOutputStream(head.length() + body.length);
            request.write(head.getBytes(StandardCharsets.US_ASCII));
            request.write(body);
            OutputStream out = open.getOutputStream();
            request.writeTo(out);
            out.flush();
            Response response = read();
            whole = true;
            return response;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private Socket connected() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket();
            try {
                open.setTcpNoDelay(true);
                open.setSoTimeout((int) ANSWER.toMillis());
                open.connect(address, (int) CONNECT.toMillis());
            } catch (IOException e) {
                open.close();
                throw e;
            }
            socket = open;
            in = new BufferedInputStream(open.getInputStream());
        }
        return open;
    }

    private Response read() throws IOException {
        String[] status = line().split(" ", 3);
        if (status.length < 2) {
            throw new IOException("the answer has no status line");
        }
        int length = -1;
        boolean last = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            } else if (lower.startsWith("connection:") && lower.contains("close")) {
                last = true;
            }
        }
        if (length < 0 || length > MAX_BODY) {
            throw new IOException("the answer does not say how long it is");
        }
        byte[] body = input().readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the answer is cut off");
        }
        if (last) {
            close();
        }
        return new Response(Integer.parseInt(status[1]), new String(body, StandardCharsets.UTF_8));
    }

    private InputStream input() throws IOException {
        InputStream open = in;
        if (open == null) {
            throw new IOException("there is no connection");
        }
        return open;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = input().read(); c != '\n'; c = input().read()) {
            if (c < 0) {
                throw new EOFException("the connection was closed before the answer");
            }
            if (line.length() == MAX_LINE) {
                throw new IOException("a header of the answer is too long");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        in = null;
        if (open != null) {
            Utils.closeQuietly(open, "a connection that is not used any more");
        }
    }
}
