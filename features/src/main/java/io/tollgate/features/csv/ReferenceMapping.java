package io.tollgate.features.csv;

import io.tollgate.features.yaml.YamlMapping;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Says what the columns of a file of reference data are: what the issuer knows of cards. Written as a small YAML file:
 *
 * <pre>{@code
 * fields:
 *   card.token: {column: card_id, prefix: "c-"}
 *   card.accountId: {column: account}
 *   validFrom: {value: "1970-01-01T00:00:00Z"}         # or a column with a format, as for payments
 *   openedAt: {column: opened, format: iso-local, zone: UTC}
 *   homeCountry: {value: US}
 *   status: {column: state, values: {"1": ACTIVE, "2": BLOCKED}}   # ACTIVE when left out
 *   home.lat: {column: lat}
 *   home.lon: {column: long}
 *   creditLimit: {column: limit_cents}                 # minor units of the base currency
 * }</pre>
 *
 * Immutable.
 */
public final class ReferenceMapping {
    private static final List<String> BUILT_IN = List.of("sparkov-cards");

    private final String name;
    private final Map<ReferenceColumn, FieldSource> fields;
    private final Map<ReferenceColumn, TimeFormat> timeFormats;

    private ReferenceMapping(
            String name, Map<ReferenceColumn, FieldSource> fields, Map<ReferenceColumn, TimeFormat> timeFormats) {
        this.name = name;
        this.fields = fields;
        this.timeFormats = timeFormats;
    }

    /**
     * The mapping that comes with Tollgate under this name, or else the mapping file at this path.
     *
     * @throws CsvException when the file is not there
     * @throws io.tollgate.features.yaml.YamlException naming the line and what is allowed there
     */
    public static ReferenceMapping resolve(String nameOrPath) {
        return BUILT_IN.contains(nameOrPath)
                ? read(nameOrPath, MappingFiles.builtIn(nameOrPath))
                : read(nameOrPath, MappingFiles.text(Path.of(nameOrPath), BUILT_IN));
    }

    /** Names that {@link #resolve} knows. */
    public static List<String> builtIn() {
        return BUILT_IN;
    }

    static ReferenceMapping read(String name, String yaml) {
        YamlMapping root = YamlMapping.parse(name, yaml);
        YamlMapping section = root.mapping("fields");
        Map<ReferenceColumn, FieldSource> fields = new EnumMap<>(ReferenceColumn.class);
        Map<ReferenceColumn, TimeFormat> timeFormats = new EnumMap<>(ReferenceColumn.class);
        for (String path : List.copyOf(section.keys())) {
            ReferenceColumn field = ReferenceColumn.byPath(path)
                    .orElseThrow(() -> section.error(
                            path, "is no field of a reference record; fields are " + ReferenceColumn.paths()));
            YamlMapping entry = section.mapping(path);
            if (field.isTime()) {
                timeFormats.put(field, CsvMappingReader.timeFormat(entry));
            }
            fields.put(field, CsvMappingReader.source(entry));
        }
        String missing = ReferenceColumn.required().stream()
                .filter(f -> !fields.containsKey(f))
                .map(ReferenceColumn::path)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw section.error(
                    "every reference record needs " + missing + "; map a column, or give a constant as {value: ...}");
        }
        root.done();
        return new ReferenceMapping(name, fields, timeFormats);
    }

    String name() {
        return name;
    }

    Map<ReferenceColumn, FieldSource> fields() {
        return fields;
    }

    Map<ReferenceColumn, TimeFormat> timeFormats() {
        return timeFormats;
    }

    @Override
    public String toString() {
        return "ReferenceMapping " + name;
    }
}
