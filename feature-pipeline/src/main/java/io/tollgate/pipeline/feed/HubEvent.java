package io.tollgate.pipeline.feed;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A document as the hub will hold it.
 *
 * @param eventId the same for every delivery of one version of a document
 * @param type {@code reference} or {@code outcome}
 * @param key the hash of the card's token, by which the hub keeps a card's events in order; null when the document names
 *     no card
 * @param value one JSON object
 * @param problem why the pipeline will put it into quarantine; null when it will not
 */
@SuppressWarnings("ArrayRecordComponent") // handed from the encoder to the producer, never changed or compared
record HubEvent(
        String eventId,
        String type,
        @Nullable String key,
        byte[] value,
        @Nullable String problem) {
    HubEvent {
        Objects.requireNonNull(eventId, "eventId");
        Objects.requireNonNull(type, "type");
    }
}
