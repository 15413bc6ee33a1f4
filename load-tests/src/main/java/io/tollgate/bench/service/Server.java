package io.tollgate.bench.service;

import io.tollgate.local.process.ChildProcess;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A server under load, as a process.
 *
 * @param startup from the start of the process until it took requests
 */
record Server(String name, ChildProcess process, InetSocketAddress address, Duration startup) implements AutoCloseable {

    ProcessCpu cpu() {
        return ProcessCpu.of(process.pid());
    }

    @Override
    public void close() {
        process.close();
    }
}
