package io.tollgate.api.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the service's own rehearsal from payments: by a random key that never leaves the process except in a header to
 * itself. Once closed, it leads nowhere any more. Thread-safe.
 *
 * <p>A look-up, not a decision: a branch that only rehearsals take would be compiled for them alone, and the first payment
 * would have to wait until it is compiled again.
 */
public final class StageDoor {
    static final String HEADER = "tollgate-rehearsal";

    /** A {@link HashMap}, in which nothing is found under null. */
    private volatile Map<String, Stage> stages = new HashMap<>();

    /** Lets in whoever has the key. */
    void open(String key, Stage stage) {
        stages = new HashMap<>(Map.of(key, stage));
    }

    void close() {
        stages = new HashMap<>();
    }

    /** The rehearsal's stage for a request with its key, else the other. */
    Stage stageFor(HttpHeaders headers, Stage other) {
        return stages.getOrDefault(headers.get(HEADER), other);
    }
}
