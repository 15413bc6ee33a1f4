package io.tollgate.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Counts a Delta table's rows from its transaction log, without Spark: each commit names the files that it added and
 * removed, and how many records an added file holds (Delta transaction log protocol, "Add File and Remove File").
 */
final class DeltaLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DeltaLog() {}

    /**
     * @return 0 when there is no such table yet
     * @throws IOException when the log cannot be read, or a file's number of records is not in it
     */
    static long rows(Path table) throws IOException {
        Path log = table.resolve("_delta_log");
        if (!Files.isDirectory(log)) {
            return 0;
        }
        Map<String, Long> recordsByFile = new HashMap<>();
        for (Path commit : commits(log)) {
            for (String line : Files.readAllLines(commit)) {
                JsonNode action = JSON.readTree(line);
                if (action.has("add")) {
                    recordsByFile.put(action.at("/add/path").asText(), records(action.get("add"), commit));
                } else if (action.has("remove")) {
                    recordsByFile.remove(action.at("/remove/path").asText());
                }
            }
        }
        return recordsByFile.values().stream().mapToLong(Long::longValue).sum();
    }

    private static List<Path> commits(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            return files.filter(f -> f.getFileName().toString().matches("[0-9]{20}\\.json"))
                    .sorted()
                    .toList();
        }
    }

    private static long records(JsonNode add, Path commit) throws IOException {
        JsonNode records = JSON.readTree(add.path("stats").asText("{}")).path("numRecords");
        if (!records.isIntegralNumber()) {
            throw new IOException(commit + " does not say how many records " + add.path("path") + " holds");
        }
        return records.asLong();
    }
}
