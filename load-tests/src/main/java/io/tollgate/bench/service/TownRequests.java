package io.tollgate.bench.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.GeoPoint;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Authorizations of a town's payments, taken in turn, each time under a new transaction id and at the present time; all
 * else was encoded beforehand, so that the client costs little. {@link #next} is confined to one thread; {@link #taken}
 * is not.
 */
final class TownRequests implements Requests {
    private static final String ID = "00000000-0000-0000-0000-000000000000";
    private static final String TIME = "2000-01-01T00:00:00.000Z";
    private static final int ID_DIGITS = 12;

    /** Of this run: ids are decided once, also those of a run before. */
    private final byte[] idHead = ascii(UUID.randomUUID().toString().substring(0, ID.length() - ID_DIGITS));

    private final List<Template> templates = new ArrayList<>();
    private final AtomicLong taken = new AtomicLong();
    private byte[] second = ascii(TIME);
    private long secondOf = -1;

    @SuppressWarnings("ArrayRecordComponent") // copied from, never compared
    private record Template(byte[] bytes, int idAt, int timeAt) {}

    /** @param token that the service takes */
    TownRequests(List<Authorization> payments, String token) {
        for (Authorization payment : payments) {
            byte[] body = ascii(json(payment));
            String head = "POST /v1/authorizations HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer " + token
                    + "\r\ncontent-type: application/json\r\naccept: application/json\r\ncontent-length: " + body.length
                    + "\r\n\r\n";
            String all = head + json(payment);
            templates.add(new Template(ascii(all), all.indexOf(ID), all.indexOf(TIME)));
        }
    }

    /** How many requests were made so far; the n-th is of the n-th payment, modulo their number. */
    long taken() {
        return taken.get();
    }

    @Override
    public ByteBuf next(ByteBufAllocator allocator) {
        long number = taken.getAndIncrement();
        Template template = templates.get((int) (number % templates.size()));
        ByteBuf out = allocator.ioBuffer(template.bytes.length).writeBytes(template.bytes);
        out.setBytes(template.idAt, idHead);
        digits(out, template.idAt + idHead.length, ID_DIGITS, number);
        long now = System.currentTimeMillis();
        out.setBytes(template.timeAt, second(now));
        digits(out, template.timeAt + TIME.length() - 4, 3, now % TimeUnit.SECONDS.toMillis(1));
        return out;
    }

    private byte[] second(long now) {
        long current = TimeUnit.MILLISECONDS.toSeconds(now);
        if (current != secondOf) {
            secondOf = current;
            // Without its Z, which a time of whole seconds has in the place of the point.
            String text =
                    Instant.ofEpochMilli(now).truncatedTo(ChronoUnit.SECONDS).toString();
            second = ascii(text.substring(0, text.length() - 1));
        }
        return second;
    }

    private static void digits(ByteBuf out, int at, int digits, long number) {
        long rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            out.setByte(i, (int) ('0' + rest % 10));
            rest /= 10;
        }
    }

    /** A town's names need no escapes. */
    private static String json(Authorization a) {
        Authorization.Device device = a.device();
        GeoPoint place = a.location();
        if (device == null || place == null) {
            throw new IllegalArgumentException("a town's payments have a device and a place");
        }
        return String.format(
                Locale.ROOT,
                "{\"transactionId\":\"%s\",\"occurredAt\":\"%s\",\"amount\":{\"value\":\"%s\",\"currency\":\"%s\"},"
                        + "\"card\":{\"token\":\"%s\",\"accountId\":\"%s\",\"entryMode\":\"%s\"},"
                        + "\"merchant\":{\"id\":\"%s\",\"categoryCode\":\"%s\",\"country\":\"%s\"},"
                        + "\"device\":{\"id\":\"%s\",\"ip\":\"%s\"},\"location\":{\"lat\":%.4f,\"lon\":%.4f}}",
                ID,
                TIME,
                a.amount().value().toPlainString(),
                a.amount().currency(),
                a.card().token().value(),
                a.card().accountId(),
                a.card().entryMode().name(),
                a.merchant().id().value(),
                a.merchant().categoryCode(),
                a.merchant().country(),
                device.id(),
                device.ip(),
                place.lat(),
                place.lon());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
