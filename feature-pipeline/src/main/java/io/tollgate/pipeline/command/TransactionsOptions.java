package io.tollgate.pipeline.command;

import io.tollgate.features.csv.CsvMapping;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A file of past payments and what its columns are. */
public final class TransactionsOptions {
    @Option(
            names = "--transactions",
            paramLabel = "FILE",
            required = true,
            description = "Payments as CSV, plain or gzipped.")
    private Path transactions = Path.of("");

    @Option(
            names = "--mapping",
            paramLabel = "NAME|FILE",
            required = true,
            description = "What the columns are: handbook, sparkov, simulated or a mapping file.")
    private String mapping = "";

    /**
     * @throws UsageException when there is no such file
     */
    Path transactions() {
        if (!Files.isRegularFile(transactions)) {
            throw new UsageException("--transactions " + transactions + " does not exist; give a CSV file");
        }
        return transactions.toAbsolutePath();
    }

    String mappingName() {
        return mapping;
    }

    /**
     * @throws UsageException when the mapping cannot be used
     */
    CsvMapping mapping() {
        try {
            return CsvMapping.resolve(mapping);
        } catch (RuntimeException e) {
            throw new UsageException("--mapping " + mapping + ": " + e.getMessage(), e);
        }
    }
}
