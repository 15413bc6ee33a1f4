package io.tollgate.api.outbox;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The event hub, as the outbox sees it: a port, so that outages can be played in a test. */
public interface EventPublisher extends AutoCloseable {

    /** The hub is there and will never take this event. */
    final class Unacceptable extends Exception {
        private static final long serialVersionUID = 1;

        public Unacceptable(Throwable cause) {
            super(cause.toString(), cause);
        }
    }

    /** Finds the hub, so that the first event need not; may block for some seconds. Not finding it is no error yet. */
    default void connect() {}

    /**
     * Hands an event over; may block for as long as the publisher's own buffer is full.
     *
     * @param done called once, on any thread: with null when the hub has the event for good, with {@link Unacceptable}
     *     when it will never have it, else with what went wrong
     */
    void publish(OutboxRecord event, Consumer<@Nullable Exception> done);

    @Override
    void close();
}
