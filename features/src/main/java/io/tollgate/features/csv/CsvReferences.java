package io.tollgate.features.csv;

import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.Violation;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file of reference data, in the file's order: CSV as {@link CsvEvents} reads it. Every row comes out, as
 * a reference record or as rejected with all that is wrong with it.
 *
 * <p>Confined to one thread; closing it closes the file.
 */
public final class CsvReferences implements Iterator<ReferenceRow>, AutoCloseable {
    /** The credit limit of a record that names none. */
    private static final long UNKNOWN_LIMIT = -1;

    private static final List<String> COUNTRIES = Arrays.asList(Locale.getISOCountries());

    private final RecordFile records;
    private final ReferenceMapping mapping;
    private final List<String> columns;

    private CsvReferences(RecordFile records, ReferenceMapping mapping, List<String> columns) {
        this.records = records;
        this.mapping = mapping;
        this.columns = columns;
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws CsvException when there is no such file, or it lacks a column of the mapping
     */
    public static CsvReferences open(Path file, ReferenceMapping mapping) {
        List<String> columns = mapping.fields().values().stream()
                .filter(source -> source instanceof FieldSource.Column)
                .map(source -> ((FieldSource.Column) source).column())
                .distinct()
                .toList();
        return new CsvReferences(RecordFile.open(file, mapping.name(), columns), mapping, columns);
    }

    /**
     * @throws CsvException when the file is damaged from here on
     */
    @Override
    public boolean hasNext() {
        return records.hasNext();
    }

    @Override
    public ReferenceRow next() {
        RecordHandler row = records.next();
        long line = row.line();
        if (row.tooLong() || row.fieldCount() != records.columnsInHeader()) {
            return new ReferenceRow.Rejected(
                    line,
                    List.of(new Violation(
                            "row",
                            "has " + row.fieldCount() + " columns where the header has " + records.columnsInHeader())));
        }
        return new Fields(row).convert(line);
    }

    @Override
    public void close() {
        records.close();
    }

    /** The fields of one row, and what is wrong with them. */
    private final class Fields {
        private final Map<ReferenceColumn, String> texts = new EnumMap<>(ReferenceColumn.class);
        private final List<Violation> violations = new ArrayList<>();

        Fields(RecordHandler row) {
            mapping.fields().forEach((field, source) -> {
                String text = source instanceof FieldSource.Column column
                        ? column.text(row.value(columns.indexOf(column.column())))
                        : ((FieldSource.Constant) source).value();
                if (text != null) {
                    texts.put(field, text);
                }
            });
        }

        ReferenceRow convert(long line) {
            CardToken card = required(ReferenceColumn.CARD_TOKEN, CardToken::new);
            AccountId account = required(ReferenceColumn.CARD_ACCOUNT_ID, AccountId::new);
            Instant validFrom = time(ReferenceColumn.VALID_FROM);
            Instant openedAt = time(ReferenceColumn.OPENED_AT);
            String country = required(ReferenceColumn.HOME_COUNTRY, CsvReferences::country);
            FeatureEvent.CardStatus status = optional(ReferenceColumn.STATUS, CsvReferences::status);
            GeoPoint home = home();
            Long limit = optional(ReferenceColumn.CREDIT_LIMIT, CsvReferences::limit);
            if (card == null
                    || account == null
                    || validFrom == null
                    || openedAt == null
                    || country == null
                    || !violations.isEmpty()) {
                return new ReferenceRow.Rejected(line, violations);
            }
            return new ReferenceRow.Known(
                    line,
                    new FeatureEvent.Reference(
                            card,
                            account,
                            validFrom,
                            status == null ? FeatureEvent.CardStatus.ACTIVE : status,
                            openedAt,
                            country,
                            home,
                            limit == null ? UNKNOWN_LIMIT : limit));
        }

        private <T> @Nullable T required(ReferenceColumn field, Function<String, T> parser) {
            if (!texts.containsKey(field)) {
                violations.add(new Violation(field.path(), "is required"));
                return null;
            }
            return optional(field, parser);
        }

        private <T> @Nullable T optional(ReferenceColumn field, Function<String, T> parser) {
            String text = texts.get(field);
            if (text == null) {
                return null;
            }
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                String message = e instanceof NumberFormatException ? "must be a number" : e.getMessage();
                violations.add(new Violation(field.path(), String.valueOf(message)));
                return null;
            }
        }

        private @Nullable Instant time(ReferenceColumn field) {
            TimeFormat format = mapping.timeFormats().get(field);
            if (format == null) {
                throw new IllegalStateException("every time of a mapping has a format");
            }
            return required(field, text -> {
                try {
                    return Instant.parse(format.toIso(text)).truncatedTo(ChronoUnit.MILLIS);
                } catch (DateTimeException e) {
                    throw new IllegalArgumentException("must be " + format.describe(), e);
                }
            });
        }

        private @Nullable GeoPoint home() {
            if (!texts.containsKey(ReferenceColumn.HOME_LAT) && !texts.containsKey(ReferenceColumn.HOME_LON)) {
                return null;
            }
            Double lat = required(ReferenceColumn.HOME_LAT, Double::valueOf);
            Double lon = required(ReferenceColumn.HOME_LON, Double::valueOf);
            if (lat == null || lon == null) {
                return null;
            }
            return optional(ReferenceColumn.HOME_LAT, text -> new GeoPoint(lat, lon));
        }
    }

    private static String country(String text) {
        if (!COUNTRIES.contains(text)) {
            throw new IllegalArgumentException("must be an ISO 3166-1 code of two capital letters");
        }
        return text;
    }

    private static FeatureEvent.CardStatus status(String text) {
        for (FeatureEvent.CardStatus status : FeatureEvent.CardStatus.values()) {
            if (status.name().equals(text)) {
                return status;
            }
        }
        throw new IllegalArgumentException("must be one of " + Arrays.toString(FeatureEvent.CardStatus.values()));
    }

    private static long limit(String text) {
        long limit = Long.parseLong(text);
        if (limit < 0) {
            throw new IllegalArgumentException("must not be negative");
        }
        return limit;
    }
}
