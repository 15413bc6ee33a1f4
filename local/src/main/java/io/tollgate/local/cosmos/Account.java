package io.tollgate.local.cosmos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Databases and their containers, by name or resource id. Safe for use by several threads. */
final class Account implements Closeable {
    /** A mistake in a loop must not exhaust the JVM; Tollgate needs one database and two containers. */
    private static final int MOST_CONTAINERS = 100;

    private final Clock clock;
    private final @Nullable Journal journal;
    private final Map<String, Database> databases = new ConcurrentHashMap<>();

    /**
     * @param definition with the system's own properties
     * @param containers by id
     */
    record Database(int number, ObjectNode definition, Map<String, Container> containers) {
        String id() {
            return definition.get("id").textValue();
        }
    }

    Account(Clock clock, @Nullable Journal journal) throws IOException {
        this.clock = clock;
        this.journal = journal;
        if (journal != null) {
            journal.replayInto(this);
        }
    }

    Collection<Database> databases() {
        return databases.values();
    }

    /** @param name its id or resource id */
    @Nullable
    Database database(String name) {
        Database byId = databases.get(name);
        return byId != null
                ? byId
                : databases.values().stream()
                        .filter(each ->
                                name.equals(each.definition().path("_rid").textValue()))
                        .findFirst()
                        .orElse(null);
    }

    /** @param name its id or resource id */
    static @Nullable Container container(Database database, String name) {
        Container byId = database.containers().get(name);
        return byId != null
                ? byId
                : database.containers().values().stream()
                        .filter(each -> each.rid().equals(name))
                        .findFirst()
                        .orElse(null);
    }

    /** Null when there is one of that id. */
    synchronized @Nullable Database createDatabase(ObjectNode requested) {
        String id = requested.get("id").textValue();
        if (databases.containsKey(id)) {
            return null;
        }
        int number = databases.size() + 1;
        ObjectNode definition = requested.deepCopy();
        String rid = ResourceIds.database(number);
        system(definition, rid, "dbs/" + rid + "/");
        definition.put("_colls", "colls/");
        definition.put("_users", "users/");
        Database database = new Database(number, definition, new ConcurrentHashMap<>());
        databases.put(id, database);
        if (journal != null) {
            journal.databaseCreated(id);
        }
        return database;
    }

    /** Null when there is one of that id. */
    synchronized @Nullable Container createContainer(Database database, ObjectNode requested) {
        String id = requested.get("id").textValue();
        if (database.containers().containsKey(id)) {
            return null;
        }
        if (database.containers().size() == MOST_CONTAINERS) {
            throw new BadRequestException("The stand-in holds " + MOST_CONTAINERS + " containers, no more.");
        }
        ObjectNode definition = requested.deepCopy();
        String rid =
                ResourceIds.container(database.number(), database.containers().size() + 1);
        String databaseSelf = database.definition().get("_self").textValue();
        system(definition, rid, databaseSelf + "colls/" + rid + "/");
        definition.put("_docs", "docs/");
        Container container = Container.create(definition, clock, (partition, key, item) -> {
            if (journal != null) {
                journal.itemChanged(database.id(), id, partition, key, item);
            }
        });
        database.containers().put(id, container);
        if (journal != null) {
            journal.containerCreated(database.id(), requested);
        }
        return container;
    }

    @Override
    public void close() throws IOException {
        if (journal != null) {
            journal.close();
        }
    }

    private void system(ObjectNode definition, String rid, String self) {
        long now = clock.instant().getEpochSecond();
        definition.put("_rid", rid);
        definition.put("_self", self);
        definition.put("_etag", "\"" + rid + "\"");
        definition.put("_ts", now);
    }
}
