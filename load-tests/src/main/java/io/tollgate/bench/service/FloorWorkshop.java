package io.tollgate.bench.service;

import io.tollgate.bench.service.ServiceShape.Sizes;
import io.tollgate.features.Tail;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.key.RedisScript;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Makes the floor's work out of the service's: the same commands and requests for the same payments. */
final class FloorWorkshop {
    /** As the service sends it. */
    private static final int DECIMALS = 6;

    private final Town town;
    private final InetSocketAddress redis;
    private final URI model;

    FloorWorkshop(Town town, InetSocketAddress redis, URI model) {
        this.town = town;
        this.redis = redis;
        this.model = model;
    }

    FloorWork make(Sizes sizes, int claimMillis) {
        List<FloorWork.Payment> payments = new ArrayList<>();
        for (Authorization payment : town.payments()) {
            List<Tail.Append> tails = town.tails(payment);
            payments.add(new FloorWork.Payment(read(payment), modelRequest(payment), tails(tails), tails.size()));
        }
        return new FloorWork(
                redis,
                new InetSocketAddress(model.getHost(), model.getPort()),
                payments,
                sizes.answer(),
                sizes.recordBytes(),
                claimMillis,
                new byte[sizes.eventBytes()]);
    }

    private byte[] read(Authorization payment) {
        List<byte[]> words = new ArrayList<>(List.of(ascii("MGET")));
        for (byte[] key : town.engine().keys(payment)) {
            if (key != null) {
                words.add(key);
            }
        }
        return command(words);
    }

    private byte[] tails(List<Tail.Append> tails) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] timeToLive = ascii(Long.toString(town.featureSet().lateness().toMillis()));
        for (Tail.Append append : tails) {
            out.writeBytes(command(List.of(
                    ascii("EVALSHA"),
                    ascii(RedisScript.APPEND_TAIL.sha1()),
                    ascii("1"),
                    append.key(),
                    append.entry(),
                    timeToLive,
                    ascii(Integer.toString(Tail.MAX_BYTES)))));
        }
        return out.toByteArray();
    }

    private byte[] modelRequest(Authorization payment) {
        StringJoiner names = new StringJoiner("\",\"", "[\"", "\"]");
        town.featureNames().forEach(names::add);
        StringJoiner values = new StringJoiner(",", "[[", "]]");
        for (double value : town.vector(payment)) {
            values.add(Double.isNaN(value) ? "null" : number(value));
        }
        String body = "{\"dataframe_split\":{\"columns\":" + names + ",\"data\":" + values + "}}";
        return ascii("POST " + model.getPath() + " HTTP/1.1\r\nhost: " + model.getAuthority()
                + "\r\ncontent-type: application/json\r\naccept: application/json\r\nuser-agent: tollgate\r\n"
                + "content-length:" + " ".repeat(5) + body.length() + "\r\n\r\n" + body);
    }

    private static String number(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value)
                .setScale(DECIMALS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros();
        return rounded.toPlainString();
    }

    private static byte[] command(List<byte[]> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ascii("*" + words.size() + "\r\n"));
        for (byte[] word : words) {
            out.writeBytes(ascii("$" + word.length + "\r\n"));
            out.writeBytes(word);
            out.writeBytes(ascii("\r\n"));
        }
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
