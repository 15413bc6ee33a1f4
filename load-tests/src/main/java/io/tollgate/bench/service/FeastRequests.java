package io.tollgate.bench.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tollgate.features.domain.Authorization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Requests to a Feast server for the features of a town's payments, in turn, encoded beforehand. Confined to one thread. */
final class FeastRequests implements Requests {
    /** Of Python and Go alike. */
    static final String PATH = "/get-online-features";

    private final List<byte[]> encoded = new ArrayList<>();
    private int taken;

    FeastRequests(FeastTown town, List<Authorization> payments) {
        for (Authorization payment : payments) {
            String body = town.body(payment);
            String head = "POST " + PATH + " HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                    + "accept: application/json\r\ncontent-length: " + body.length() + "\r\n\r\n";
            encoded.add((head + body).getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Override
    public ByteBuf next(ByteBufAllocator allocator) {
        byte[] request = encoded.get(taken);
        taken = (taken + 1) % encoded.size();
        return allocator.ioBuffer(request.length).writeBytes(request);
    }
}
