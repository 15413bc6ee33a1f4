package io.tollgate.pipeline.command;

import io.tollgate.features.csv.CsvMapping;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A file of past payments and what its columns are. */
public final class TransactionsOptions {
    @Option(names = "--transactions", paramLabel = "FILE", description = "Payments as CSV, plain or gzipped.")
    private @Nullable Path transactions;

    @Option(
            names = "--mapping",
            paramLabel = "NAME|FILE",
            description = "What the columns are: handbook, sparkov, simulated or a mapping file.")
    private @Nullable String mapping;

    /** Whether any of the two was given. */
    boolean given() {
        return transactions != null || mapping != null;
    }

    /**
     * @throws UsageException when there is no such file
     */
    Path transactions() {
        if (transactions == null) {
            throw new UsageException("--transactions is missing; give a CSV file of payments");
        }
        if (!Files.isRegularFile(transactions)) {
            throw new UsageException("--transactions " + transactions + " does not exist; give a CSV file");
        }
        return transactions.toAbsolutePath();
    }

    String mappingName() {
        if (mapping == null) {
            throw new UsageException("--mapping is missing; give handbook, sparkov, simulated or a mapping file");
        }
        return mapping;
    }

    /**
     * @throws UsageException when the mapping cannot be used
     */
    CsvMapping mapping() {
        try {
            return CsvMapping.resolve(mappingName());
        } catch (UsageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UsageException("--mapping " + mapping + ": " + e.getMessage(), e);
        }
    }
}
