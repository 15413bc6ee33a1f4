package io.tollgate.api.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireCommandTest {
    @Test
    void bytes_areOneArrayOfBulkStrings() {
        byte[] bytes = WireCommand.bytes(
                List.of(WireCommand.word("SET"), WireCommand.word("k"), new byte[0], WireCommand.word(1_200)));

        assertThat(new String(bytes, StandardCharsets.US_ASCII))
                .isEqualTo("*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n$4\r\n1200\r\n");
    }

    /** Lettuce's own encoder writes the words behind the first one. */
    @Test
    void bytes_areThoseOfLettuce_onRandomWords() {
        long seed = 11;
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            List<byte[]> words = new ArrayList<>(List.of(WireCommand.word("MGET")));
            CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
            for (int n = random.nextInt(12) + 1; n > 0; n--) {
                byte[] word = new byte[random.nextInt(n == 1 ? 3_000 : 120)];
                random.nextBytes(word);
                words.add(word);
                args.addKey(word);
            }
            ByteBuf lettuce = Unpooled.buffer();
            args.encode(lettuce);
            ByteBuf ours = Unpooled.wrappedBuffer(WireCommand.bytes(words));
            ours.skipBytes(("*" + words.size() + "\r\n$4\r\nMGET\r\n").length());

            assertThat(ours).as("seed %d", seed).isEqualTo(lettuce);
        }
    }
}
