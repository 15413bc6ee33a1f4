package io.tollgate.features;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tollgate.features.csv.CsvEvents;
import io.tollgate.features.csv.CsvMapping;
import io.tollgate.features.csv.CsvReferences;
import io.tollgate.features.csv.CsvRow;
import io.tollgate.features.csv.ReferenceMapping;
import io.tollgate.features.csv.ReferenceRow;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Feature values that others computed and published: every row of their tables must come out the same. */
class PublishedTablesIT {
    private static final Path DATA = sharedData();

    private final Map<EntityRef, EntityState> states = new HashMap<>();

    /** Where two payments share an instant, the book's own tie order differs from its definition. */
    private static final int REVERSED_TIE = 16;

    @Test
    void handbookV1_equalsTheBooksOwnTable() throws IOException {
        List<Map<String, String>> expected = table("handbook_expected_features_2k.csv.gz");
        Map<String, double[]> vectors = compute("handbook", FeatureSets.find("handbook-v1"), List.of(), expected);
        List<String> features = names("handbook-v1");
        int compared = 0;
        for (Map<String, String> row : expected) {
            boolean tie = (Integer.parseInt(row.get("EDGE_FLAGS")) & REVERSED_TIE) != 0;
            double[] vector = requireNonNull(vectors.get(row.get("TRANSACTION_ID")));
            for (int i = 0; i < features.size() && !tie; i++) {
                double tolerance = features.get(i).contains("AVG") ? 1e-9 : 0;
                assertThat(vector[i])
                        .as("%s of payment %s", features.get(i), row.get("TRANSACTION_ID"))
                        .isCloseTo(Double.parseDouble(row.get(features.get(i))), within(tolerance));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(27_000);
    }

    @Test
    void sparkovV1_equalsPlainLoops() throws IOException {
        List<Map<String, String>> expected = table("sparkov_reference_features_2k.csv.gz");
        List<FeatureEvent> homes = new ArrayList<>();
        ReferenceMapping mapping = ReferenceMapping.resolve("sparkov-cards");
        try (CsvReferences cards = CsvReferences.open(DATA.resolve("sparkov_cards.csv.gz"), mapping)) {
            cards.forEachRemaining(row -> homes.add(((ReferenceRow.Known) row).reference()));
        }
        Map<String, double[]> vectors = compute("sparkov", FeatureSets.find("sparkov-v1"), homes, expected);
        List<String> features = names("sparkov-v1");
        int compared = 0;
        for (Map<String, String> row : expected) {
            double[] vector = requireNonNull(vectors.get(row.get("row_id")));
            for (int i = 0; i < features.size(); i++) {
                String value = row.get(features.get(i));
                if (value != null) {
                    double number = Double.parseDouble(value);
                    assertThat(vector[i])
                            .as("%s of payment %s", features.get(i), row.get("row_id"))
                            .isCloseTo(number, within(1e-6 * Math.max(1, Math.abs(number))));
                    compared++;
                }
            }
        }
        assertThat(compared).isEqualTo(2_000 * 11);
    }

    private Map<String, double[]> compute(
            String data,
            io.tollgate.features.spec.FeatureSet set,
            List<FeatureEvent> references,
            List<Map<String, String>> expected)
            throws IOException {
        FeatureEngine engine = FeatureEngine.compile(set, IdHasher.of("a secret only for tests"));
        Map<String, double[]> wanted = new HashMap<>();
        String id = expected.get(0).keySet().iterator().next();
        expected.forEach(row -> wanted.put(row.get(id), new double[0]));
        references.forEach(event -> fold(engine, event));
        Deque<FeatureEvent.Outcome> unknown = new ArrayDeque<>();
        try (CsvEvents rows = CsvEvents.open(DATA.resolve(data + "_transactions.csv.gz"), CsvMapping.resolve(data))) {
            while (rows.hasNext()) {
                CsvRow.Payment payment = (CsvRow.Payment) rows.next();
                while (!unknown.isEmpty()
                        && unknown.peekFirst().timeMs() <= payment.decided().timeMs()) {
                    fold(engine, unknown.removeFirst());
                }
                String key = payment.kept().get(0);
                if (wanted.containsKey(key)) {
                    wanted.put(key, vector(engine, payment.decided()));
                }
                fold(engine, payment.decided());
                FeatureEvent.Outcome outcome = payment.outcome();
                if (outcome != null) {
                    unknown.addLast(outcome);
                }
            }
        }
        return wanted;
    }

    private double[] vector(FeatureEngine engine, FeatureEvent.Decided current) {
        double[] vector = engine.defaults();
        for (EntityRef entity : engine.entitiesReadBy(current.authorization())) {
            states.computeIfAbsent(entity, e -> engine.newOrderedState(e.type()))
                    .evaluate(current, vector);
        }
        engine.derive(current.authorization(), vector);
        return vector;
    }

    private void fold(FeatureEngine engine, FeatureEvent event) {
        for (EntityRef entity : engine.entitiesOf(event)) {
            states.computeIfAbsent(entity, e -> engine.newOrderedState(e.type()))
                    .fold(event);
        }
    }

    private static List<String> names(String set) {
        return FeatureSets.find(set).features().stream()
                .map(io.tollgate.features.spec.FeatureSpec::name)
                .toList();
    }

    private static List<Map<String, String>> table(String name) throws IOException {
        Path file = DATA.resolve(name);
        assumeTrue(Files.exists(file), () -> file + " is not there: the public data is not part of the project");
        List<Map<String, String>> rows = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            String[] header = in.readLine().split(",");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] fields = line.split(",");
                Map<String, String> row = new java.util.LinkedHashMap<>();
                for (int i = 0; i < header.length; i++) {
                    row.put(header[i], fields[i]);
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** Beside the repository's folder. */
    private static Path sharedData() {
        Path root = Path.of("").toAbsolutePath();
        while (root.getParent() != null && !Files.exists(root.resolve(".mvn"))) {
            root = root.getParent();
        }
        return root.resolveSibling("shared").resolve("data");
    }
}
