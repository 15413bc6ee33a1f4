package io.tollgate.local.cosmos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.local.cosmos.Account.Database;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an account holds, as a file of JSON lines to which every change is appended before the client hears of it. The
 * file survives the end of the process, also by kill -9; not that of the machine, as nothing is forced to disk. It is
 * rewritten without superseded lines at the next start.
 *
 * <p>Lines: {@code {"db"}}, {@code {"db","container":{…}}} and {@code {"db","in","range","lsn"[,"pk","id"[,"item"]]}}.
 */
final class Journal implements Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private @Nullable BufferedWriter out;

    Journal(Path directory) throws IOException {
        this.file = Files.createDirectories(directory).resolve("cosmos.jsonl");
    }

    /** Reads the file into an empty account, rewrites it, and records from then on. */
    void replayInto(Account account) throws IOException {
        if (Files.exists(file)) {
            try (Stream<String> lines = Files.lines(file)) {
                lines.forEach(line -> replay(account, line));
            }
        }
        Path compact = file.resolveSibling("cosmos.jsonl.new");
        out = Files.newBufferedWriter(compact, StandardCharsets.UTF_8);
        account.databases().forEach(this::writeOut);
        close();
        Files.move(compact, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        out = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    }

    void databaseCreated(String id) {
        append(JSON.createObjectNode().put("db", id));
    }

    void containerCreated(String database, ObjectNode definition) {
        append(JSON.createObjectNode().put("db", database).set("container", definition));
    }

    void itemChanged(String database, String container, Partition partition, Item.Key key, @Nullable Item item) {
        ObjectNode line = place(database, container, partition);
        line.put("lsn", item == null ? partition.lsn() : item.lsn());
        line.put("pk", key.partitionKey()).put("id", key.id());
        if (item != null) {
            line.set("item", item.body());
        }
        append(line);
    }

    @Override
    public synchronized void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }

    private void writeOut(Database database) {
        databaseCreated(database.id());
        for (Container container : database.containers().values()) {
            containerCreated(database.id(), container.definition());
            for (Partition partition : container.partitions()) {
                partition
                        .items()
                        .forEach(item -> itemChanged(database.id(), container.id(), partition, item.key(), item));
                append(place(database.id(), container.id(), partition).put("lsn", partition.lsn()));
            }
        }
    }

    private static void replay(Account account, String text) {
        try {
            ObjectNode line = (ObjectNode) JSON.readTree(text);
            Database database = account.database(line.path("db").asText());
            if (database == null) {
                account.createDatabase(
                        JSON.createObjectNode().put("id", line.path("db").asText()));
            } else if (line.has("container")) {
                account.createContainer(database, (ObjectNode) line.get("container"));
            } else {
                Container container = database.containers().get(line.path("in").asText());
                if (container != null) {
                    restore(container, line);
                }
            }
        } catch (JsonProcessingException e) {
            // The last line of a process that was killed while it wrote; its client never got an answer.
            System.getLogger(Journal.class.getName())
                    .log(System.Logger.Level.WARNING, "Skipped an incomplete line of the Cosmos DB stand-in's journal");
        }
    }

    private static void restore(Container container, ObjectNode line) {
        Partition partition = container.partition(line.path("range").asText());
        long lsn = line.path("lsn").longValue();
        if (line.has("id")) {
            Item.Key key =
                    new Item.Key(line.path("pk").asText(), line.path("id").asText());
            partition.restore(key, lsn, (ObjectNode) line.get("item"), container.defaultTtl());
        } else {
            partition.restoreLsn(lsn);
        }
    }

    private static ObjectNode place(String database, String container, Partition partition) {
        return JSON.createObjectNode().put("db", database).put("in", container).put("range", partition.rangeId());
    }

    private synchronized void append(ObjectNode line) {
        if (out == null) {
            return; // while the account is filled from this very file
        }
        try {
            out.write(line + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": is the disk full?", e);
        }
    }
}
