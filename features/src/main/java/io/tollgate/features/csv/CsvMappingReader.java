package io.tollgate.features.csv;

import io.tollgate.features.yaml.YamlException;
import io.tollgate.features.yaml.YamlMapping;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a mapping file; every complaint is a {@link YamlException} with the line and what is allowed there. */
final class CsvMappingReader {
    /** As many decimals as an amount may have. */
    private static final int MAX_DIGITS = 4;

    private final Map<CsvField, FieldSource> fields = new EnumMap<>(CsvField.class);
    private TimeFormat timeFormat = new TimeFormat.Iso();
    private AmountFormat amountFormat = new AmountFormat(0, AmountFormat.EXACT);

    private CsvMappingReader() {}

    static CsvMapping read(String name, String yaml) {
        return new CsvMappingReader().mapping(name, YamlMapping.parse(name, yaml));
    }

    private CsvMapping mapping(String name, YamlMapping root) {
        YamlMapping section = root.mapping("fields");
        for (String path : List.copyOf(section.keys())) {
            CsvField field = CsvField.byPath(path)
                    .orElseThrow(() -> section.error(path, "is no field of a payment; fields are " + CsvField.paths()));
            fields.put(field, field(field, section.mapping(path)));
        }
        String missing = CsvField.required().stream()
                .filter(f -> !fields.containsKey(f))
                .map(CsvField::path)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw section.error(
                    "every payment needs " + missing + "; map a column, or give a constant as {value: ...}");
        }
        OutcomeSource outcome = outcome(root.mappingOrNull("outcome"));
        FieldSource.Column decision = decision(root.mappingOrNull("decision"));
        List<String> keep = root.texts("keep");
        root.done();
        return new CsvMapping(name, fields, timeFormat, amountFormat, outcome, decision, keep);
    }

    private FieldSource field(CsvField field, YamlMapping section) {
        if (field == CsvField.OCCURRED_AT) {
            timeFormat = timeFormat(section);
        } else if (field == CsvField.AMOUNT_VALUE) {
            amountFormat = amountFormat(section);
        }
        return source(section);
    }

    /** A column or a constant; nothing else may be left in the section. */
    static FieldSource source(YamlMapping section) {
        String constant = section.textOrNull("value");
        if (constant == null) {
            return column(section);
        }
        section.done();
        return new FieldSource.Constant(constant);
    }

    private static FieldSource.Column column(YamlMapping section) {
        FieldSource.Column column = new FieldSource.Column(
                section.text("column"),
                section.text("prefix", ""),
                table(section.mappingOrNull("values")),
                section.textOrNull("otherwise"),
                section.textOrNull("whenEmpty"));
        section.done();
        return column;
    }

    private static Map<String, String> table(@Nullable YamlMapping section) {
        Map<String, String> table = new LinkedHashMap<>();
        if (section != null) {
            section.keys().forEach(key -> table.put(key, section.text(key)));
        }
        return table;
    }

    private static FieldSource.@Nullable Column decision(@Nullable YamlMapping section) {
        return section == null ? null : column(section);
    }

    static TimeFormat timeFormat(YamlMapping section) {
        String format = section.text("format", "iso");
        return switch (format) {
            case "iso" -> new TimeFormat.Iso();
            case "iso-local" -> {
                ZoneId zone = zone(section);
                yield zone.normalized().equals(ZoneOffset.UTC)
                        ? new TimeFormat.IsoUtc()
                        : new TimeFormat.Local(format, DateTimeFormatter.ISO_LOCAL_DATE_TIME, zone);
            }
            case "epoch-seconds" -> new TimeFormat.Epoch(1000);
            case "epoch-millis" -> new TimeFormat.Epoch(1);
            default -> new TimeFormat.Local(format, formatter(section, format), zone(section));
        };
    }

    private static DateTimeFormatter formatter(YamlMapping section, String pattern) {
        try {
            return DateTimeFormatter.ofPattern(pattern);
        } catch (IllegalArgumentException e) {
            throw section.error(
                    "format",
                    "must be iso, iso-local, epoch-seconds, epoch-millis or a date pattern such as yyyy-MM-dd HH:mm:ss ("
                            + e.getMessage() + ")");
        }
    }

    private static ZoneId zone(YamlMapping section) {
        try {
            return ZoneId.of(section.text("zone"));
        } catch (DateTimeException e) {
            throw section.error("zone", "must be the name of a time zone, such as UTC or Europe/Brussels");
        }
    }

    private static AmountFormat amountFormat(YamlMapping section) {
        String unit = section.text("unit", "major");
        int digits = section.integer("digits", 2, 1, MAX_DIGITS);
        int round = section.integer("round", AmountFormat.EXACT, 0, MAX_DIGITS);
        return switch (unit) {
            case "major" -> new AmountFormat(0, round);
            case "minor" -> new AmountFormat(digits, AmountFormat.EXACT);
            default -> throw section.error("unit", "must be major (57.16) or minor (5716, with digits: 2)");
        };
    }

    private static @Nullable OutcomeSource outcome(@Nullable YamlMapping section) {
        if (section == null) {
            return null;
        }
        String column = section.text("column");
        Set<String> fraud = Set.copyOf(section.texts("fraud"));
        Set<String> genuine = Set.copyOf(section.texts("genuine"));
        Duration knownAfter = section.durationOrNull("knownAfter");
        section.done();
        if (fraud.isEmpty() || genuine.isEmpty() || knownAfter == null) {
            throw section.error("an outcome needs the values that mean fraud and genuine, and how long until it is"
                    + " known, as in {column: TX_FRAUD, fraud: [\"1\"], genuine: [\"0\"], knownAfter: 7d}");
        }
        return new OutcomeSource(column, fraud, genuine, knownAfter);
    }
}
