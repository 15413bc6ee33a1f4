package io.tollgate.api.store;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command that is written to the wire in one copy. Lettuce writes each word of a command, its length and its line ends
 * into the direct buffer by themselves, some fifty small copies for a read of eight keys, which took as long as encoding
 * the event.
 */
final class WireCommand<T> extends Command<byte[], byte[], T> {
    private static final int MAX_DIGITS = 10;

    private final byte[] bytes;

    /**
     * @param type the first word, for Lettuce's books
     * @param key by which a cluster's node is found
     * @param words all of them, the first one included
     */
    WireCommand(ProtocolKeyword type, CommandOutput<byte[], byte[], T> output, byte[] key, List<byte[]> words) {
        super(type, output, new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(key));
        this.bytes = bytes(words);
    }

    static byte[] word(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] word(long number) {
        return word(Long.toString(number));
    }

    /** The words as an array of bulk strings (RESP2). */
    static byte[] bytes(List<byte[]> words) {
        int size = headBytes(words.size());
        for (byte[] word : words) {
            size += headBytes(word.length) + word.length + 2;
        }
        byte[] bytes = new byte[size];
        int at = head('*', words.size(), bytes, 0);
        for (byte[] word : words) {
            at = head('$', word.length, bytes, at);
            System.arraycopy(word, 0, bytes, at, word.length);
            at = end(bytes, at + word.length);
        }
        return bytes;
    }

    private static int headBytes(int number) {
        return 1 + digits(number) + 2;
    }

    private static int head(char type, int number, byte[] bytes, int at) {
        bytes[at] = (byte) type;
        int after = at + 1 + digits(number);
        int rest = number;
        for (int i = after - 1; i > at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end(bytes, after);
    }

    private static int end(byte[] bytes, int at) {
        bytes[at] = '\r';
        bytes[at + 1] = '\n';
        return at + 2;
    }

    private static int digits(int number) {
        int digits = 1;
        for (int rest = number; rest >= 10 && digits < MAX_DIGITS; rest /= 10) {
            digits++;
        }
        return digits;
    }

    @Override
    public void encode(ByteBuf out) {
        out.writeBytes(bytes);
    }
}
