package io.tollgate.bench.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What a load client sends: a payment that was never sent before. Called on one thread. */
interface Requests {
    /** Head and body of the next HTTP request; the caller releases it. */
    ByteBuf next(ByteBufAllocator allocator);
}
