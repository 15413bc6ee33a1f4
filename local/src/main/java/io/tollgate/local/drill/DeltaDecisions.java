package io.tollgate.local.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What Delta holds of each payment, as {@code tollgate decisions} wrote it, beside what the callers were told.
 *
 * @param rows of the table, counted one by one
 * @param missing answered payments without a row
 * @param repeated ids that stand in more than one row
 * @param contradicted answered payments of which a row tells another decision
 * @param unasked ids that nobody got an answer for
 */
record DeltaDecisions(
        long rows, List<String> missing, List<String> repeated, List<String> contradicted, List<String> unasked) {
    private static final String HEAD = "transaction_id,decision,decided_at";

    /**
     * @throws IOException when the file is not what the command writes
     */
    static DeltaDecisions compare(Map<String, Told> answered, Path file) throws IOException {
        Map<String, List<Told>> byId = new HashMap<>();
        long rows = 0;
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            for (String line : (Iterable<String>) lines::iterator) {
                if (rows++ == 0) {
                    requireHead(line, file);
                } else {
                    String[] fields = line.split(",", -1);
                    if (fields.length != 3) {
                        throw new IOException(file + " holds a line that is no decision: " + line);
                    }
                    byId.computeIfAbsent(fields[0], id -> new ArrayList<>(1)).add(Told.of(fields[1], fields[2]));
                }
            }
        }
        return new DeltaDecisions(
                rows - 1,
                sorted(answered.keySet().stream().filter(id -> !byId.containsKey(id))),
                sorted(byId.entrySet().stream()
                        .filter(each -> each.getValue().size() > 1)
                        .map(Map.Entry::getKey)),
                sorted(answered.keySet().stream()
                        .filter(id -> byId.getOrDefault(id, List.of()).stream()
                                .anyMatch(told -> !told.equals(answered.get(id))))),
                sorted(byId.keySet().stream().filter(id -> !answered.containsKey(id))));
    }

    private static void requireHead(String line, Path file) throws IOException {
        if (!line.equals(HEAD)) {
            throw new IOException(file + " begins with '" + line + "' instead of '" + HEAD + "'");
        }
    }

    private static List<String> sorted(Stream<String> ids) {
        return ids.sorted().toList();
    }

    /** Exactly the payments that were answered, each once, with the decision that was answered. */
    boolean clean() {
        return missing.isEmpty() && repeated.isEmpty() && contradicted.isEmpty() && unasked.isEmpty();
    }

    /** The counts, one a line. */
    void print(Reporter out) {
        out.say("rows in Delta's txn_events       %,9d".formatted(rows));
        out.say("answered and not in Delta        %,9d %s".formatted(missing.size(), Comparison.some(missing)));
        out.say("more than once in Delta          %,9d %s".formatted(repeated.size(), Comparison.some(repeated)));
        out.say("told otherwise than in Delta     %,9d %s"
                .formatted(contradicted.size(), Comparison.some(contradicted)));
        out.say("in Delta and not answered        %,9d %s".formatted(unasked.size(), Comparison.some(unasked)));
    }
}
