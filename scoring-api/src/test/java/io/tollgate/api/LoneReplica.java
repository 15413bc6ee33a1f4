package io.tollgate.api;

import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.io.IOException;
import java.nio.file.Path;

/** One replica with a Redis and a Kafka of its own. */
final class LoneReplica implements AutoCloseable {
    private final BackendsProcess backends;
    private final Replica replica;

    private LoneReplica(BackendsProcess backends, Replica replica) {
        this.backends = backends;
        this.replica = replica;
    }

    static LoneReplica start(Path scratch) throws IOException {
        BackendsProcess backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        try {
            return new LoneReplica(backends, Replica.start(backends.settings(), scratch.resolve("outbox")));
        } catch (RuntimeException e) {
            backends.close();
            throw e;
        }
    }

    Replica replica() {
        return replica;
    }

    @Override
    public void close() {
        replica.close();
        backends.close();
    }
}
