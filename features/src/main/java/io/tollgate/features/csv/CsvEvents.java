package io.tollgate.features.csv;

import io.tollgate.features.domain.AuthorizationDraft;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;

/**
 * The rows of a transactions file, in the file's order, without holding more than one in memory. The file is CSV as RFC
 * 4180 describes it, in UTF-8 with a header line, plain or gzipped (told apart by its first bytes, not by its name).
 *
 * <p>Every row comes out: as a payment, or as rejected with all that is wrong with it. What cannot be read on from, such
 * as a damaged archive or a quote that never closes, is a {@link CsvException} with the line.
 *
 * <p>Confined to one thread; closing it closes the file.
 */
public final class CsvEvents implements Iterator<CsvRow>, AutoCloseable {
    /** History may be old, but a payment card before 1926 is a wrong format, not history. */
    public static final AuthorizationDraft.TimeBounds HISTORY = new AuthorizationDraft.TimeBounds(
            AuthorizationDraft.TimeBounds.DEFAULT.maxFuture(), Duration.ofDays(36_525));

    private final RecordFile records;
    private final RowConverter converter;

    private CsvEvents(RecordFile records, RowConverter converter) {
        this.records = records;
        this.converter = converter;
    }

    /** Opens a file of history: payments up to a hundred years old. */
    public static CsvEvents open(Path file, CsvMapping mapping) {
        return open(file, mapping, Clock.systemUTC(), HISTORY);
    }

    /**
     * Opens a file and reads its header.
     *
     * @param bounds how far from the clock a payment may lie before its row is rejected
     * @throws CsvException when there is no such file, or it lacks a column of the mapping
     */
    public static CsvEvents open(Path file, CsvMapping mapping, Clock clock, AuthorizationDraft.TimeBounds bounds) {
        RowConverter converter = new RowConverter(mapping, clock, bounds);
        return new CsvEvents(RecordFile.open(file, mapping.name(), converter.columns()), converter);
    }

    /**
     * @throws CsvException when the file is damaged from here on
     */
    @Override
    public boolean hasNext() {
        return records.hasNext();
    }

    @Override
    public CsvRow next() {
        return converter.convert(records.next(), records.columnsInHeader());
    }

    @Override
    public void close() {
        records.close();
    }
}
