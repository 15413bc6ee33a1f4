package io.tollgate.features.csv;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** The records of a CSV file with a header line, plain or gzipped. Confined to one thread; closing it closes the file. */
final class RecordFile implements Iterator<RecordHandler>, AutoCloseable {
    /** One field's characters that the parser holds at most: past it, a quote was never closed. */
    private static final int MAX_FIELD_LENGTH = 1 << 20;

    private static final int READ_BUFFER_BYTES = 1 << 16;
    private static final int GZIP_MAGIC = 0x1f8b;

    private final Path file;
    private final CsvReader<RecordHandler> reader;
    private final CloseableIterator<RecordHandler> records;
    private final int columnsInHeader;
    private long line = 1;

    private RecordFile(
            Path file, CsvReader<RecordHandler> reader, CloseableIterator<RecordHandler> records, int columnsInHeader) {
        this.file = file;
        this.reader = reader;
        this.records = records;
        this.columnsInHeader = columnsInHeader;
    }

    /**
     * Opens a file and reads its header.
     *
     * @param columns to keep; {@link RecordHandler#value} counts them in this order
     * @throws CsvException when there is no such file, or it lacks one of the columns
     */
    static RecordFile open(Path file, String mapping, List<String> columns) {
        RecordHandler handler = new RecordHandler();
        CsvReader<RecordHandler> reader = CsvReader.builder()
                .allowExtraFields(true)
                .allowMissingFields(true)
                .maxBufferSize(MAX_FIELD_LENGTH)
                .detectBomHeader(true)
                .build(handler, decompressed(file), StandardCharsets.UTF_8);
        CloseableIterator<RecordHandler> records = reader.iterator();
        try {
            readHeader(file, mapping, records, handler, columns);
            return new RecordFile(file, reader, records, handler.header().size());
        } catch (CsvParseException | UncheckedIOException e) {
            throw unreadable(file, 1, closing(reader, e));
        } catch (CsvException e) {
            throw closing(reader, e);
        }
    }

    int columnsInHeader() {
        return columnsInHeader;
    }

    /**
     * @throws CsvException when the file is damaged from here on
     */
    @Override
    public boolean hasNext() {
        try {
            return records.hasNext();
        } catch (CsvParseException | UncheckedIOException e) {
            throw unreadable(file, line + 1, e);
        }
    }

    /** The next record; overwritten by the one after it. */
    @Override
    public RecordHandler next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        RecordHandler row = records.next();
        line = row.line();
        return row;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        }
    }

    private static void readHeader(
            Path file,
            String mapping,
            CloseableIterator<RecordHandler> records,
            RecordHandler handler,
            List<String> needed) {
        if (!records.hasNext()) {
            throw new CsvException(file + " is empty; the first line must name the columns");
        }
        records.next();
        if (handler.tooLong()) {
            throw new CsvException("the first line of " + file + " is too long for a header; is this a CSV file?");
        }
        List<String> header = handler.header();
        String missing = needed.stream().filter(c -> !header.contains(c)).collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new CsvException(file + " has no column " + missing + ", which mapping " + mapping
                    + " names; its columns are " + String.join(", ", header));
        }
        handler.select(needed);
    }

    private static InputStream decompressed(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new CsvException(file + " is a directory; give a CSV file, plain or gzipped");
            }
            InputStream in = new BufferedInputStream(Files.newInputStream(file), READ_BUFFER_BYTES);
            try {
                in.mark(2);
                int magic = in.read() << 8 | in.read();
                in.reset();
                return magic == GZIP_MAGIC ? new GZIPInputStream(in, READ_BUFFER_BYTES) : in;
            } catch (IOException e) {
                in.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new CsvException("file " + file + " does not exist");
        } catch (IOException e) {
            throw new CsvException("cannot read file " + file + ": " + e.getMessage(), e);
        }
    }

    private static CsvException unreadable(Path file, long line, RuntimeException e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        return new CsvException(
                file + " cannot be read on from about line " + line + ": " + cause.getMessage()
                        + "; look for a quote that is not closed or an archive that is cut off",
                e);
    }

    private static <E extends RuntimeException> E closing(CsvReader<?> reader, E e) {
        try {
            reader.close();
        } catch (IOException suppressed) {
            e.addSuppressed(suppressed);
        }
        return e;
    }
}
