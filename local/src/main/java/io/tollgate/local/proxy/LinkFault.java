package io.tollgate.local.proxy;

import java.time.Duration;

/** A way for the network between a client and its server to misbehave. */
public sealed interface LinkFault {

    /** Answers arrive later by this, in order. */
    record Delay(Duration by) implements LinkFault {}

    /** Answers arrive one byte at a time. */
    record Trickle(Duration perByte) implements LinkFault {}

    /** So many bytes of an answer arrive, then the connection is closed. 0 cuts it instead of an answer. */
    record CutAfter(int bytes) implements LinkFault {
        public CutAfter {
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes before the cut must not be negative, but are " + bytes);
            }
        }
    }

    /**
     * Connections stay open, new ones are taken, and nothing arrives on either side: a machine that vanished without a
     * word. A connection on which bytes were lost stays dead when the fault is cleared; only a new one helps.
     */
    record BlackHole() implements LinkFault {}

    /** Nobody listens: open connections are closed, new ones refused. */
    record Refuse() implements LinkFault {}
}
