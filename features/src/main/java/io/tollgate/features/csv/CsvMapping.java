package io.tollgate.features.csv;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what the columns of a transactions file are. Written as a small YAML file:
 *
 * <pre>{@code
 * fields:
 *   transactionId: {column: TRANSACTION_ID, prefix: "tx-"}
 *   occurredAt: {column: TX_DATETIME, format: "dd.MM.yyyy HH:mm:ss", zone: UTC}  # or iso, iso-local, epoch-seconds, epoch-millis
 *   amount.value: {column: TX_AMOUNT, unit: major, round: 2}                       # or minor, with digits: 2
 *   amount.currency: {value: EUR}
 *   merchant.categoryCode: {column: category, values: {travel: "4722"}, otherwise: "5999"}
 *   device.id: {column: DEVICE, whenEmpty: none}
 * outcome: {column: TX_FRAUD, fraud: ["1"], genuine: ["0"], knownAfter: 7d}
 * decision: {column: DECISION}
 * keep: [TRANSACTION_ID]
 * }</pre>
 *
 * <p>Fields are the paths of the authorization request. A field is a {@code column} or a constant {@code value};
 * {@code outcome} and {@code decision} are optional (a payment without a decision counts as approved), {@code keep}
 * lists columns that are passed through untouched. Immutable.
 */
public final class CsvMapping {
    private static final List<String> BUILT_IN = List.of("handbook", "simulated", "sparkov");

    private final String name;
    private final Map<CsvField, FieldSource> fields;
    private final TimeFormat timeFormat;
    private final AmountFormat amountFormat;
    private final @Nullable OutcomeSource outcome;
    private final FieldSource.@Nullable Column decision;
    private final List<String> keep;

    CsvMapping(
            String name,
            Map<CsvField, FieldSource> fields,
            TimeFormat timeFormat,
            AmountFormat amountFormat,
            @Nullable OutcomeSource outcome,
            FieldSource.@Nullable Column decision,
            List<String> keep) {
        this.name = name;
        this.fields = new EnumMap<>(fields);
        this.timeFormat = timeFormat;
        this.amountFormat = amountFormat;
        this.outcome = outcome;
        this.decision = decision;
        this.keep = List.copyOf(keep);
    }

    /**
     * Reads a mapping file.
     *
     * @throws CsvException when the file is not there
     * @throws io.tollgate.features.yaml.YamlException naming the line and what is allowed there
     */
    public static CsvMapping read(Path file) {
        return CsvMappingReader.read(file.toString(), MappingFiles.text(file, BUILT_IN));
    }

    /** The mapping that comes with Tollgate under this name, or else the mapping file at this path. */
    public static CsvMapping resolve(String nameOrPath) {
        return BUILT_IN.contains(nameOrPath)
                ? CsvMappingReader.read(nameOrPath, MappingFiles.builtIn(nameOrPath))
                : read(Path.of(nameOrPath));
    }

    /** Names that {@link #resolve} knows. */
    public static List<String> builtIn() {
        return BUILT_IN;
    }

    /** Columns passed through untouched, in the mapping's order; {@link CsvRow.Payment#kept()} has their values. */
    public List<String> keep() {
        return keep;
    }

    /** The kept column that holds the payments' own ids, if the mapping keeps it. */
    public Optional<String> idColumn() {
        return fields.get(CsvField.TRANSACTION_ID) instanceof FieldSource.Column id && keep.contains(id.column())
                ? Optional.of(id.column())
                : Optional.empty();
    }

    /** Whether the file says anything about fraud. */
    public boolean hasOutcome() {
        return outcome != null;
    }

    String name() {
        return name;
    }

    Map<CsvField, FieldSource> fields() {
        return fields;
    }

    TimeFormat timeFormat() {
        return timeFormat;
    }

    AmountFormat amountFormat() {
        return amountFormat;
    }

    @Nullable
    OutcomeSource outcome() {
        return outcome;
    }

    FieldSource.@Nullable Column decision() {
        return decision;
    }

    @Override
    public String toString() {
        return "CsvMapping " + name;
    }
}
