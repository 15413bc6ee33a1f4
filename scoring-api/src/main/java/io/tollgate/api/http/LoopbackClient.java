package io.tollgate.api.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Posts to this very process over one keep-alive connection, and waits for each answer. Plain sockets on a thread of its
 * own: a client on the event loops would leave its own code and types in what is compiled there. Confined to one thread.
 */
final class LoopbackClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final String LENGTH = "content-length:";

    /** How a request comes over the socket. */
    enum Manner {
        /** In one write, as most clients send it. */
        AT_ONCE,
        /** In two writes, the second in the middle of the body. */
        IN_TWO,
        /** Without saying how long it is. */
        CHUNKED
    }

    private final SocketFactory sockets;
    private final int port;
    private final String head;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    /** @param key of the rehearsal, both to the door and as a token */
    LoopbackClient(SocketFactory sockets, int port, String key) {
        this.sockets = sockets;
        this.port = port;
        this.head = "POST " + AuthorizeRoute.PATH + " HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                + "accept: application/json\r\nauthorization: Bearer " + key + "\r\n"
                + StageDoor.HEADER + ": " + key + "\r\n";
    }

    /**
     * The status of the answer. Its body is read and dropped.
     *
     * @throws IOException when there is none; the next call connects anew
     */
    int post(byte[] body, Manner manner) throws IOException {
        try {
            return exchange(body, manner);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private int exchange(byte[] body, Manner manner) throws IOException {
        Socket open = socket;
        InputStream answer = in;
        if (open == null || answer == null) {
            open = sockets.createSocket(InetAddress.getLoopbackAddress(), port);
            open.setTcpNoDelay(true);
            open.setSoTimeout(PATIENCE_MILLIS);
            answer = new BufferedInputStream(open.getInputStream());
            socket = open;
            in = answer;
        }
        byte[] request = request(body, manner);
        int first = manner == Manner.IN_TWO ? request.length - body.length / 2 : request.length;
        OutputStream out = open.getOutputStream();
        out.write(request, 0, first);
        if (first < request.length) {
            out.write(request, first, request.length - first);
        }
        int status = Integer.parseInt(line(answer).split(" ", 3)[1]);
        int length = 0;
        boolean last = false;
        for (String header = line(answer); !header.isEmpty(); header = line(answer)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith(LENGTH)) {
                length = Integer.parseInt(lower.substring(LENGTH.length()).strip());
            }
            last |= lower.equals("connection: close");
        }
        answer.skipNBytes(length);
        if (last) {
            close();
        }
        return status;
    }

    private byte[] request(byte[] body, Manner manner) {
        boolean chunked = manner == Manner.CHUNKED;
        String start = chunked
                ? "transfer-encoding: chunked\r\n\r\n" + Integer.toHexString(body.length) + "\r\n"
                : LENGTH + " " + body.length + "\r\n\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes((head + start).getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        if (chunked) {
            request.writeBytes("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        return request.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("closed in the middle of an answer");
            }
            if (next != '\r') {
                line.append((char) next);
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
            try {
                open.close();
            } catch (IOException e) {
                // It is gone, which is what was wanted.
                return;
            }
        }
    }
}
