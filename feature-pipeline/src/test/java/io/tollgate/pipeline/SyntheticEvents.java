package io.tollgate.pipeline;

import io.tollgate.features.FeatureEngine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decided payments in the shape in which the service sends them, some two kilobytes each: 5,000 cards and their
 * devices, 500 merchants, half of the payments with a network address, so three or four entities each. Cards and
 * merchants are drawn evenly: no entity's state is longer than others. Confined to one thread.
 */
final class SyntheticEvents {
    private static final int CARDS = 5_000;
    private static final int MERCHANTS = 500;

    private final Random random = new Random(20_261_121);
    private final String hash;
    private final String vector;
    private long number;

    /** A message for the hub and the card that it is of. */
    @SuppressWarnings("ArrayRecordComponent") // on its way to a socket, never compared
    record Message(String card, byte[] value) {}

    SyntheticEvents(FeatureEngine engine) {
        hash = engine.hashText();
        // What the publisher skips; only its length matters.
        vector = random.doubles(engine.vectorLength(), 0, 1_000)
                .mapToObj(value -> Double.toString(Math.rint(value * 100) / 100))
                .collect(Collectors.joining(","));
    }

    /** A payment of a card drawn at random. */
    Message next(Instant at) {
        return payment("c-" + random.nextInt(CARDS), at);
    }

    /** A payment of this card. */
    Message payment(String card, Instant at) {
        String id = "tx-bench-" + number++;
        Instant instant = at.truncatedTo(ChronoUnit.MILLIS);
        String address = random.nextBoolean() ? ",'ip':'203.0.113." + random.nextInt(250) + "'" : "";
        String body = "{'transactionId':'%s','occurredAt':'%s','amount':{'value':'%d.%02d','currency':'EUR'},"
                        .formatted(id, instant, random.nextInt(300), random.nextInt(100))
                + "'card':{'token':'%s','accountId':'a-%s','entryMode':'ECOM'},".formatted(card, card)
                + "'merchant':{'id':'m-%d','categoryCode':'5411','country':'DE'},".formatted(random.nextInt(MERCHANTS))
                + "'device':{'id':'d-%s'%s},'location':{'lat':52.52,'lon':13.4}}".formatted(card, address);
        String json = "{'schema':'tollgate.txn_event/1','type':'authorization','eventId':'%s','transactionId':'%s',"
                        .formatted(id, id)
                + "'occurredAt':'%s','decidedAt':'%s','authorization':%s,".formatted(instant, instant, body)
                + "'decision':'APPROVE','score':0.0421,'reasons':[],'degraded':[],"
                + "'featureSet':{'version':'v3','hash':'" + hash + "'},'model':'fraud/7','policy':'2026-11-01',"
                + "'vector':[" + vector + "],'groups':[" + groups(instant.toEpochMilli()) + "]}";
        return new Message(card, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String groups(long ms) {
        return Stream.of("card:activity", "card:reference", "device:activity", "merchant:activity", "ip:activity")
                .map(group -> "{'group':'" + group + "','outcome':'HIT','asOf':" + ms + ",'publishedAt':" + ms
                        + ",'sequence':7680000000000000000}")
                .collect(Collectors.joining(","));
    }
}
