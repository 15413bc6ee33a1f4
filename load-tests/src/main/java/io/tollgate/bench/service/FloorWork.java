package io.tollgate.bench.service;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the floor server sends and stores: bytes that were encoded beforehand, of the sizes that the service sends and
 * stores. Immutable as long as nobody writes to its arrays.
 *
 * @param redis where {@code payments}' commands go
 * @param model where their requests go
 * @param payments taken in turn
 * @param answer head and body of the HTTP response
 * @param recordBytes size of the value that a claim stores
 * @param claimMillis how long it lives
 * @param event what is appended to the journal, as often as there is a payment
 */
@SuppressWarnings("ArrayRecordComponent") // written out at once, never compared
record FloorWork(
        InetSocketAddress redis,
        InetSocketAddress model,
        List<Payment> payments,
        byte[] answer,
        int recordBytes,
        int claimMillis,
        byte[] event) {

    /** Larger than anything the service sends; a file that claims more is no such file. */
    private static final int MAX_BYTES = 1 << 20;

    /**
     * One payment's traffic.
     *
     * @param read the command that reads its features
     * @param modelRequest head and body
     * @param tails the commands sent after the answer
     * @param tailReplies how many they are
     */
    @SuppressWarnings("ArrayRecordComponent") // written out at once, never compared
    record Payment(byte[] read, byte[] modelRequest, byte[] tails, int tailReplies) {}

    FloorWork {
        payments = List.copyOf(payments);
        if (payments.isEmpty()) {
            throw new IllegalArgumentException("the floor needs payments to take in turn");
        }
    }

    void write(Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            address(out, redis);
            address(out, model);
            bytes(out, answer);
            out.writeInt(recordBytes);
            out.writeInt(claimMillis);
            bytes(out, event);
            out.writeInt(payments.size());
            for (Payment payment : payments) {
                bytes(out, payment.read());
                bytes(out, payment.modelRequest());
                bytes(out, payment.tails());
                out.writeInt(payment.tailReplies());
            }
        }
    }

    /** @throws IOException when the file is not there or was not written by {@link #write} */
    static FloorWork read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            InetSocketAddress redis = address(in);
            InetSocketAddress model = address(in);
            byte[] answer = bytes(in);
            int recordBytes = in.readInt();
            int claimMillis = in.readInt();
            byte[] event = bytes(in);
            int count = in.readInt();
            List<Payment> payments = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                payments.add(new Payment(bytes(in), bytes(in), bytes(in), in.readInt()));
            }
            return new FloorWork(redis, model, payments, answer, recordBytes, claimMillis, event);
        }
    }

    private static void address(DataOutputStream out, InetSocketAddress address) throws IOException {
        out.writeUTF(address.getHostString());
        out.writeInt(address.getPort());
    }

    private static InetSocketAddress address(DataInputStream in) throws IOException {
        return new InetSocketAddress(in.readUTF(), in.readInt());
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_BYTES) {
            throw new IOException("not a file of floor work: a part of " + length + " bytes");
        }
        return in.readNBytes(length);
    }
}
