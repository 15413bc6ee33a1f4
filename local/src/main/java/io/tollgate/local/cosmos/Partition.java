package io.tollgate.local.cosmos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One physical partition: its items by key and, for the change feed, by the order of their latest writes. The rules of
 * create, replace, upsert and delete are here, with optimistic concurrency by etag. Safe for use by several threads.
 */
final class Partition {
    private static final String NOT_FOUND = "The item does not exist.";
    private static final String CONFLICT = "An item with this id exists already.";
    private static final String PRECONDITION = "The item's etag is not the one that was given.";

    /** Expired items are looked for once in so many writes: rarely enough to cost nothing, in time to bound memory. */
    private static final int WRITES_BETWEEN_SWEEPS = 1_000;

    private final String rangeId;
    private final Clock clock;
    private final Listener listener;
    private final Map<Item.Key, Item> items = new HashMap<>();
    private final TreeMap<Long, Item> feed = new TreeMap<>();
    private long lsn;

    /** While a transaction runs: how to take back what it did, latest first. */
    private @Nullable Deque<Runnable> undo;

    /** Hears of every change in order; a transaction that is taken back is heard of forth and back. */
    interface Listener {
        /** @param item null when the key was removed */
        void changed(Partition partition, Item.Key key, @Nullable Item item);
    }

    Partition(String rangeId, Clock clock, Listener listener) {
        this.rangeId = rangeId;
        this.clock = clock;
        this.listener = listener;
    }

    String rangeId() {
        return rangeId;
    }

    synchronized long lsn() {
        return lsn;
    }

    synchronized Outcome read(Item.Key key) {
        Item item = find(key);
        return item == null ? Outcome.failed(404, NOT_FOUND) : Outcome.done(200, item);
    }

    synchronized Outcome create(Item.Key key, ObjectNode body, long defaultTtl) {
        return find(key) == null ? Outcome.done(201, store(key, body, defaultTtl)) : Outcome.failed(409, CONFLICT);
    }

    synchronized Outcome replace(Item.Key key, ObjectNode body, long defaultTtl, @Nullable String ifMatch) {
        Item present = find(key);
        if (present == null) {
            return Outcome.failed(404, NOT_FOUND);
        }
        return matches(present, ifMatch)
                ? Outcome.done(200, store(key, body, defaultTtl))
                : Outcome.failed(412, PRECONDITION);
    }

    synchronized Outcome upsert(Item.Key key, ObjectNode body, long defaultTtl, @Nullable String ifMatch) {
        Item present = find(key);
        if (present != null && !matches(present, ifMatch)) {
            return Outcome.failed(412, PRECONDITION);
        }
        return Outcome.done(present == null ? 201 : 200, store(key, body, defaultTtl));
    }

    synchronized Outcome delete(Item.Key key, @Nullable String ifMatch) {
        Item present = find(key);
        if (present == null) {
            return Outcome.failed(404, NOT_FOUND);
        }
        if (!matches(present, ifMatch)) {
            return Outcome.failed(412, PRECONDITION);
        }
        lsn++;
        put(key, null);
        return Outcome.done(204, null);
    }

    /**
     * The latest versions written after an lsn, oldest first. Deleted and expired items are not among them, and an
     * item that was written twice comes once: "latest version" mode.
     *
     * @param wanted others are passed over
     */
    synchronized List<Item> changesAfter(long afterLsn, Predicate<Item> wanted, int limit) {
        List<Item> changes = new ArrayList<>();
        long now = clock.instant().getEpochSecond();
        for (Item item : feed.tailMap(afterLsn, false).values()) {
            if (changes.size() == limit) {
                break;
            }
            if (item.expiresAt() > now && wanted.test(item)) {
                changes.add(item);
            }
        }
        return changes;
    }

    /** Runs operations of which either all are kept or, when the result is false, none. */
    synchronized boolean atomically(Supplier<Boolean> operations) {
        Deque<Runnable> steps = new ArrayDeque<>();
        undo = steps;
        try {
            if (operations.get()) {
                return true;
            }
            undo = null;
            steps.forEach(Runnable::run);
            return false;
        } finally {
            undo = null;
        }
    }

    /**
     * Brings back what a journal holds, with the etag, time and place in the feed that it had.
     *
     * @param journalled no later write gets this lsn or one below it
     * @param body null when the key was removed
     */
    synchronized void restore(Item.Key key, long journalled, @Nullable ObjectNode body, long defaultTtl) {
        lsn = Math.max(lsn, journalled);
        Item previous = items.remove(key);
        if (previous != null) {
            feed.remove(previous.lsn());
        }
        if (body != null) {
            long expiresAt = expiry(body, defaultTtl, body.path("_ts").longValue());
            Item item = new Item(key, journalled, expiresAt, body);
            items.put(key, item);
            feed.put(journalled, item);
        }
    }

    /** See {@link #restore}; for a partition whose last write was a removal. */
    synchronized void restoreLsn(long journalled) {
        lsn = Math.max(lsn, journalled);
    }

    synchronized List<Item> items() {
        return List.copyOf(feed.values());
    }

    private Item store(Item.Key key, ObjectNode body, long defaultTtl) {
        lsn++;
        if (lsn % WRITES_BETWEEN_SWEEPS == 0) {
            sweep();
        }
        long now = clock.instant().getEpochSecond();
        ObjectNode complete = body.deepCopy();
        complete.put("_rid", ResourceIds.item(rangeId, lsn));
        complete.put("_self", "");
        complete.put("_etag", "\"" + rangeId + "-" + lsn + "-" + Long.toHexString(now) + "\"");
        complete.put("_attachments", "attachments/");
        complete.put("_ts", now);
        Item item = new Item(key, lsn, expiry(body, defaultTtl, now), complete);
        put(key, item);
        return item;
    }

    private void put(Item.Key key, @Nullable Item item) {
        Item previous = item == null ? items.remove(key) : items.put(key, item);
        if (previous != null) {
            feed.remove(previous.lsn());
        }
        if (item != null) {
            feed.put(item.lsn(), item);
        }
        listener.changed(this, key, item);
        if (undo != null) {
            Deque<Runnable> steps = undo;
            steps.push(() -> put(key, previous));
        }
    }

    private @Nullable Item find(Item.Key key) {
        Item item = items.get(key);
        return item == null || item.expiresAt() <= clock.instant().getEpochSecond() ? null : item;
    }

    private void sweep() {
        long now = clock.instant().getEpochSecond();
        List<Item.Key> expired = items.values().stream()
                .filter(item -> item.expiresAt() <= now)
                .map(Item::key)
                .toList();
        expired.forEach(key -> put(key, null));
    }

    private static boolean matches(Item present, @Nullable String ifMatch) {
        return ifMatch == null || ifMatch.equals("*") || ifMatch.equals(present.etag());
    }

    /** An item's own {@code ttl} counts only where the container has one; -1 means never. */
    private static long expiry(ObjectNode body, long defaultTtl, long now) {
        if (defaultTtl == 0) {
            return Long.MAX_VALUE;
        }
        JsonNode own = body.path("ttl");
        long ttl = own.isIntegralNumber() ? own.longValue() : defaultTtl;
        return ttl < 0 ? Long.MAX_VALUE : now + ttl;
    }
}
