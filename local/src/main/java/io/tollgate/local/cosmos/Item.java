package io.tollgate.local.cosmos;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One version of an item. The body is never changed after it is stored.
 *
 * @param key which item
 * @param lsn its place in the partition's order of writes
 * @param expiresAt epoch seconds; {@link Long#MAX_VALUE} for never
 * @param body as clients see it, with the system's own properties
 */
record Item(Key key, long lsn, long expiresAt, ObjectNode body) {
    /** Ids are unique within a partition key only. */
    record Key(String partitionKey, String id) {}

    String etag() {
        return body.get("_etag").textValue();
    }

    long timestamp() {
        return body.get("_ts").longValue();
    }
}
