package io.tollgate.pipeline.batch;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.pipeline.publish.RebuildWriter;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SaveMode;
import org.jspecify.annotations.Nullable;

/**
 * Vectors as CSV: straight from one pass over the file, or, where tasks wrote sorted runs side by side, merged in the
 * order of the input.
 */
final class CsvLines {
    private static final String FILE = "features.csv";

    private static final String UNFINISHED = FILE + ".unfinished";

    /** Separates a run's line from the number of its row, which is not written. */
    private static final char ROW_END = '\t';

    /** Handed to the file at once. */
    private static final int WRITE_BYTES = 1 << 16;

    private CsvLines() {}

    /** A line of a run: the row's number, then the line of the output. */
    static String line(FeatureEngine engine, long row, String label, FeatureEvent.Decided payment, double[] vector) {
        return new CsvText(24 + vector.length * 12)
                .number(row)
                .sign(ROW_END)
                .line(label, vector)
                .toString();
    }

    /**
     * Writes payments as they come.
     *
     * @param idColumn header of the first column
     */
    static void write(OnePass pass, @Nullable RebuildWriter publishTo, String idColumn, FeatureSet set, Path directory)
            throws IOException, OnePass.NotPossibleException {
        Files.createDirectories(directory);
        Path unfinished = directory.resolve(UNFINISHED);
        CsvText text = new CsvText(2 * WRITE_BYTES);
        try (OutputStream out = Files.newOutputStream(unfinished)) {
            text.text(header(idColumn, set));
            pass.run(
                    (payment, label, vector) -> {
                        text.line(label, vector).sign('\n');
                        if (text.size() >= WRITE_BYTES) {
                            text.writeTo(out);
                        }
                    },
                    publishTo);
            text.writeTo(out);
        }
        Files.move(unfinished, directory.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String header(String idColumn, FeatureSet set) {
        return Stream.concat(
                        Stream.of(CsvText.quoted(idColumn)),
                        set.features().stream().map(FeatureSpec::name))
                .collect(Collectors.joining(",", "", "\n"));
    }

    /**
     * @param idColumn header of the first column
     */
    static void write(Dataset<String> lines, String idColumn, FeatureSet set, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path runs = directory.resolve(".runs");
        lines.write().mode(SaveMode.Overwrite).text(runs.toUri().toString());
        Path unfinished = directory.resolve(UNFINISHED);
        List<Run> open = new ArrayList<>();
        try (BufferedWriter out = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8)) {
            out.write(header(idColumn, set));
            for (Path file : partFiles(runs)) {
                open.add(new Run(file));
            }
            merge(open, out);
        } finally {
            for (Run run : open) {
                run.reader.close();
            }
        }
        Files.move(unfinished, directory.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        delete(runs);
    }

    private static void merge(List<Run> runs, BufferedWriter out) throws IOException {
        PriorityQueue<Run> next = new PriorityQueue<>(Comparator.comparingLong((Run run) -> run.row));
        for (Run run : runs) {
            if (run.advance()) {
                next.add(run);
            }
        }
        for (Run run = next.poll(); run != null; run = next.poll()) {
            out.write(run.text);
            out.write('\n');
            if (run.advance()) {
                next.add(run);
            }
        }
    }

    private static List<Path> partFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static final class Run {
        private final BufferedReader reader;
        private long row;
        private String text = "";

        Run(Path file) throws IOException {
            this.reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        }

        boolean advance() throws IOException {
            @Nullable String line = reader.readLine();
            if (line == null) {
                return false;
            }
            int end = line.indexOf(ROW_END);
            row = Long.parseLong(line, 0, end, 10);
            text = line.substring(end + 1);
            return true;
        }
    }
}
