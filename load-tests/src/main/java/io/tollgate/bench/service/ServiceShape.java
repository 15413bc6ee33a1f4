package io.tollgate.bench.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.ScanParams;

/** Finds out what the service sends and stores for a payment, so that the floor can do as much. */
final class ServiceShape {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)\r\n");
    private static final int RECORDS = 100;

    private ServiceShape() {}

    /**
     * @param answer the whole of an HTTP response
     * @param recordBytes the mean value of a claim
     * @param eventBytes the mean entry of the outbox
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Sizes(byte[] answer, int recordBytes, int eventBytes) {}

    /**
     * Looks at a service that has answered some payments.
     *
     * @param decided how many payments it has recorded since its start
     * @throws IOException when the service does not answer
     */
    static Sizes of(InetSocketAddress service, Requests requests, UnifiedJedis redis, Path outbox, long decided)
            throws IOException {
        return new Sizes(answer(service, requests), recordBytes(redis), eventBytes(outbox, decided));
    }

    private static byte[] answer(InetSocketAddress service, Requests requests) throws IOException {
        try (Socket socket = new Socket(service.getAddress(), service.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            ByteBuf request = requests.next(UnpooledByteBufAllocator.DEFAULT);
            socket.getOutputStream().write(ByteBufUtil.getBytes(request));
            request.release();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            while (true) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("the service closed the connection in its answer");
                }
                read.write(next);
                String text = read.toString(StandardCharsets.ISO_8859_1);
                int headEnd = text.indexOf("\r\n\r\n");
                Matcher length = CONTENT_LENGTH.matcher(text);
                if (headEnd >= 0
                        && length.find()
                        && read.size() == headEnd + "\r\n\r\n".length() + Integer.parseInt(length.group(1))) {
                    return read.toByteArray();
                }
            }
        }
    }

    private static int recordBytes(UnifiedJedis redis) throws IOException {
        var found = redis.scan(
                ScanParams.SCAN_POINTER_START, new ScanParams().match("idem:*").count(100 * RECORDS));
        long bytes = 0;
        long records = 0;
        for (String key : found.getResult()) {
            bytes += redis.strlen(key);
            records++;
        }
        if (records == 0) {
            throw new IOException("the service has recorded no decision in Redis");
        }
        return (int) (bytes / records);
    }

    /** By the offset up to which events were shipped, once it rests. */
    private static int eventBytes(Path outbox, long decided) throws IOException {
        byte[] cursor = Files.readAllBytes(outbox.resolve("cursor"));
        return (int) (ByteBuffer.wrap(cursor).getLong() / decided);
    }
}
