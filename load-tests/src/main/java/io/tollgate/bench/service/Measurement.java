package io.tollgate.bench.service;

import java.io.IOException;

/**
 * One load on one server.
 *
 * @param cpu of the server meanwhile
 */
record Measurement(LoadResult load, ProcessCpu cpu) {
    private static final double MICROS = 1_000;

    /** A load, with what the server spent on it. */
    interface Load {
        LoadResult run() throws IOException;
    }

    static Measurement of(Server server, Load load) throws IOException {
        ProcessCpu before = server.cpu();
        LoadResult result = load.run();
        return new Measurement(result, server.cpu().since(before));
    }

    /** Microseconds of CPU for a request, all threads. */
    double cpuMicros() {
        return cpu.total() / MICROS / load.requests();
    }

    /** Microseconds of CPU for a request, of the threads whose name begins with one of the words. */
    double cpuMicros(String... threads) {
        return cpu.of(threads) / MICROS / load.requests();
    }
}
