package io.tollgate.local.traffic;

import io.tollgate.features.csv.CsvRow;
import io.tollgate.features.domain.FeatureEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The payments of a file, in its order and at their own instants; rows that are none go to a consumer. */
public final class ReplaySource implements PaymentSource {
    private final Iterator<CsvRow> rows;
    private final Pace pace;
    private final Consumer<CsvRow.Rejected> rejected;
    private CsvRow.@Nullable Payment next;
    private @Nullable Instant first;
    private long number;

    public ReplaySource(Iterator<CsvRow> rows, Pace pace, Consumer<CsvRow.Rejected> rejected) {
        this.rows = rows;
        this.pace = pace;
        this.rejected = rejected;
    }

    @Override
    public long nextDueNanos() {
        CsvRow.Payment payment = peek();
        if (payment == null) {
            return END;
        }
        Instant at = payment.authorization().occurredAt();
        if (first == null) {
            first = at;
        }
        return pace.dueNanos(number, Duration.between(first, at));
    }

    @Override
    public Outgoing take(Instant due) {
        CsvRow.Payment payment = peek();
        if (payment == null) {
            throw new NoSuchElementException();
        }
        next = null;
        number++;
        FeatureEvent.Outcome outcome = payment.outcome();
        if (outcome == null) {
            return new Outgoing(payment.authorization(), "UNKNOWN", false);
        }
        return new Outgoing(payment.authorization(), outcome.fraud() ? "FRAUD" : "GENUINE", outcome.fraud());
    }

    private CsvRow.@Nullable Payment peek() {
        while (next == null && rows.hasNext()) {
            CsvRow row = rows.next();
            if (row instanceof CsvRow.Payment payment) {
                next = payment;
            } else if (row instanceof CsvRow.Rejected bad) {
                rejected.accept(bad);
            }
        }
        return next;
    }
}
