package io.tollgate.features.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tollgate.features.domain.FeatureEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Reads the public data sets whole: every row must be a payment, and the counts those of their documentation. */
class PublicDataIT {

    @Test
    void open_readsEveryRow_ofHandbook() {
        assertCounts("handbook", 1_754_155, 14_681);
    }

    @Test
    void open_readsEveryRow_ofSparkov() {
        assertCounts("sparkov", 435_189, 9_559);
    }

    private static void assertCounts(String name, int rows, int frauds) {
        Path file = sharedData().resolve(name + "_transactions.csv.gz");
        assumeTrue(Files.exists(file), () -> file + " is not there: the public data is not part of the project");
        int payments = 0;
        int fraudulent = 0;
        Instant previous = Instant.MIN;
        try (CsvEvents events = CsvEvents.open(file, CsvMapping.resolve(name))) {
            while (events.hasNext()) {
                CsvRow row = events.next();
                if (!(row instanceof CsvRow.Payment payment)) {
                    throw new AssertionError("not a payment: " + row);
                }
                if (payment.authorization().occurredAt().isBefore(previous)) {
                    throw new AssertionError("not in the file's order: " + row);
                }
                previous = payment.authorization().occurredAt();
                payments++;
                FeatureEvent.Outcome outcome = payment.outcome();
                fraudulent += outcome != null && outcome.fraud() ? 1 : 0;
            }
        }
        assertThat(payments).isEqualTo(rows);
        assertThat(fraudulent).isEqualTo(frauds);
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
