package io.tollgate.features.csv;

import org.jspecify.annotations.Nullable;

/**
 * A mapping or a file that cannot be used at all; a bad row is a {@link CsvRow.Rejected}, not an exception. The message
 * is one line with the problem, its cause and the remedy, fit to be shown to whoever chose the file.
 */
public final class CsvException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CsvException(String message) {
        super(message);
    }

    CsvException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
