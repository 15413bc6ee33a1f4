package io.tollgate.features.csv;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
    /** A mapping has some dozen fields and a table or two; a file beyond this is not a mapping. */
    private static final int MAX_BYTES = 256 * 1024;

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
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new CsvException(
                        file + " is larger than a mapping can be; are mapping and transactions swapped?");
            }
            return CsvMappingReader.read(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new CsvException(
                    "mapping file " + file + " does not exist; give a path or one of " + String.join(", ", BUILT_IN));
        } catch (IOException e) {
            throw new CsvException("cannot read mapping file " + file + ": " + e.getMessage(), e);
        }
    }

    /** The mapping that comes with Tollgate under this name, or else the mapping file at this path. */
    public static CsvMapping resolve(String nameOrPath) {
        if (!BUILT_IN.contains(nameOrPath)) {
            return read(Path.of(nameOrPath));
        }
        try (InputStream in = CsvMapping.class.getResourceAsStream(nameOrPath + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("mapping " + nameOrPath + " is missing from the class path");
            }
            return CsvMappingReader.read(nameOrPath, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("mapping " + nameOrPath + " cannot be read from the class path", e);
        }
    }

    /** Names that {@link #resolve} knows. */
    public static List<String> builtIn() {
        return BUILT_IN;
    }

    /** Columns passed through untouched, in the mapping's order; {@link CsvRow.Payment#kept()} has their values. */
    public List<String> keep() {
        return keep;
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
