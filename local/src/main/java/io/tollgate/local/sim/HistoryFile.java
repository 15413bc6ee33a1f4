package io.tollgate.local.sim;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.GeoPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes simulated history as a CSV file that the built-in mapping {@code simulated} describes. */
public final class HistoryFile {
    private HistoryFile() {}

    /**
     * Writes the history before {@code until}; the file appears whole or not at all.
     *
     * @return how many payments were written
     */
    public static long write(Path file, Simulator simulator, Instant until) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        long[] count = {0};
        try (CsvWriter csv = CsvWriter.builder().build(unfinished)) {
            csv.writeRecord(
                    "transaction_id",
                    "occurred_at",
                    "amount",
                    "currency",
                    "card_token",
                    "account_id",
                    "entry_mode",
                    "merchant_id",
                    "mcc",
                    "merchant_country",
                    "device_id",
                    "ip",
                    "lat",
                    "lon",
                    "fraud",
                    "scenario");
            simulator.history(until, payment -> {
                csv.writeRecord(row(payment));
                count[0]++;
            });
        }
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        return count[0];
    }

    private static String[] row(SimulatedPayment payment) {
        Authorization a = payment.authorization();
        Authorization.Device device = a.device();
        GeoPoint location = a.location();
        return new String[] {
            a.transactionId().value(),
            Long.toString(a.occurredAt().toEpochMilli()),
            a.amount().value().toPlainString(),
            a.amount().currency(),
            a.card().token().value(),
            text(a.card().accountId()),
            a.card().entryMode().name(),
            a.merchant().id().value(),
            a.merchant().categoryCode(),
            a.merchant().country(),
            device == null ? "" : text(device.id()),
            device == null ? "" : text(device.ip()),
            location == null ? "" : Double.toString(location.lat()),
            location == null ? "" : Double.toString(location.lon()),
            payment.scenario().fraud() ? "1" : "0",
            payment.scenario().name()
        };
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
