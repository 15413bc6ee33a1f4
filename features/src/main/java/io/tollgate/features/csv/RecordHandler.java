package io.tollgate.features.csv;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects a record's fields: all of the header's, then only the columns that are asked for, because turning the others
 * into strings would be most of the work of reading a wide file. Hands out itself: the fields are those of the latest
 * record.
 */
final class RecordHandler extends AbstractBaseCsvCallbackHandler<RecordHandler> {
    /** Columns of a transactions file; the widest public ones have some 450. */
    static final int MAX_COLUMNS = 4_096;

    /** Characters of one row. The longest valid row of 14 fields has about 600; the rest is room for other columns. */
    static final int MAX_ROW_LENGTH = 64 * 1024;

    private final List<String> header = new ArrayList<>();
    private int[] slotOfColumn = {};
    private @Nullable String[] values = {};
    private boolean headerRead;
    private long line;
    private int fieldCount;
    private long length;

    /** Ends the header and says which columns to keep: values of {@code columns[i]} will be at {@code value(i)}. */
    void select(List<String> columns) {
        headerRead = true;
        slotOfColumn = new int[header.size()];
        Arrays.fill(slotOfColumn, -1);
        for (int slot = 0; slot < columns.size(); slot++) {
            slotOfColumn[header.indexOf(columns.get(slot))] = slot;
        }
        values = new String[columns.size()];
    }

    List<String> header() {
        return header;
    }

    long line() {
        return line;
    }

    int fieldCount() {
        return fieldCount;
    }

    /** Whether the row went past a bound; its fields are not complete then. */
    boolean tooLong() {
        return length > MAX_ROW_LENGTH || fieldCount > MAX_COLUMNS;
    }

    @Nullable
    String value(int slot) {
        return values[slot];
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
        line = startingLineNumber;
        fieldCount = 0;
        length = 0;
        Arrays.fill(values, null);
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int count, boolean quoted) {
        fieldCount = index + 1;
        length += count + 1L;
        if (tooLong()) {
            return;
        }
        if (!headerRead) {
            header.add(new String(buffer, offset, count).strip());
        } else if (index < slotOfColumn.length && slotOfColumn[index] >= 0) {
            values[slotOfColumn[index]] = new String(buffer, offset, count);
        }
    }

    @Override
    protected RecordHandler buildRecord() {
        return this;
    }
}
