package io.tollgate.features.csv;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The fields of a reference record that a mapping may name. */
enum ReferenceColumn {
    CARD_TOKEN("card.token", true),
    CARD_ACCOUNT_ID("card.accountId", true),
    VALID_FROM("validFrom", true),
    OPENED_AT("openedAt", true),
    HOME_COUNTRY("homeCountry", true),
    STATUS("status", false),
    HOME_LAT("home.lat", false),
    HOME_LON("home.lon", false),
    CREDIT_LIMIT("creditLimit", false);

    private final String path;
    private final boolean required;

    ReferenceColumn(String path, boolean required) {
        this.path = path;
        this.required = required;
    }

    String path() {
        return path;
    }

    boolean isTime() {
        return this == VALID_FROM || this == OPENED_AT;
    }

    static Optional<ReferenceColumn> byPath(String path) {
        return Arrays.stream(values()).filter(f -> f.path.equals(path)).findFirst();
    }

    static List<ReferenceColumn> required() {
        return Arrays.stream(values()).filter(f -> f.required).toList();
    }

    static String paths() {
        return Arrays.stream(values()).map(ReferenceColumn::path).collect(Collectors.joining(", "));
    }
}
