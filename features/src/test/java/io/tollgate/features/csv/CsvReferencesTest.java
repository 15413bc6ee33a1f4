package io.tollgate.features.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.Violation;
import io.tollgate.features.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvReferencesTest {
    private static final String MAPPING = """
            fields:
              card.token: {column: card, prefix: "c-"}
              card.accountId: {column: card, prefix: "a-"}
              validFrom: {column: since, format: epoch-seconds}
              openedAt: {value: "2001-02-03T04:05:06Z"}
              homeCountry: {column: country}
              status: {column: state, values: {"1": ACTIVE, "2": BLOCKED}}
              home.lat: {column: lat}
              home.lon: {column: lon}
              creditLimit: {column: limit}
            """;

    @TempDir
    private Path directory;

    private List<ReferenceRow> rows(String text) throws IOException {
        Path file = directory.resolve("cards.csv");
        Files.writeString(file, "card,since,country,state,lat,lon,limit\n" + text);
        List<ReferenceRow> rows = new ArrayList<>();
        try (CsvReferences references = CsvReferences.open(file, ReferenceMapping.read("test", MAPPING))) {
            references.forEachRemaining(rows::add);
        }
        return rows;
    }

    @Test
    void row_becomesARecord() throws IOException {
        FeatureEvent.Reference reference = ((ReferenceRow.Known)
                        rows("17,1600000000,DE,2,52.5,13.4,500000\n").get(0))
                .reference();
        assertThat(reference.card().value()).isEqualTo("c-17");
        assertThat(reference.account().value()).isEqualTo("a-17");
        assertThat(reference.validFrom()).isEqualTo(Instant.ofEpochSecond(1_600_000_000));
        assertThat(reference.openedAt()).isEqualTo(Instant.parse("2001-02-03T04:05:06Z"));
        assertThat(reference.status()).isEqualTo(FeatureEvent.CardStatus.BLOCKED);
        assertThat(reference.home()).isEqualTo(new GeoPoint(52.5, 13.4));
        assertThat(reference.creditLimit()).isEqualTo(500_000);
    }

    @Test
    void row_isActiveWithoutHomeAndLimit_whenTheColumnsAreEmpty() throws IOException {
        FeatureEvent.Reference reference =
                ((ReferenceRow.Known) rows("17,1600000000,DE,,,,\n").get(0)).reference();
        assertThat(reference.status()).isEqualTo(FeatureEvent.CardStatus.ACTIVE);
        assertThat(reference.home()).isNull();
        assertThat(reference.creditLimit()).isEqualTo(-1);
    }

    @Test
    void row_isRejectedWithAllThatIsWrong() throws IOException {
        List<ReferenceRow> rows = rows(",yesterday,Germany,9,91,13.4,-5\n17,1600000000,DE\n18,1600000000,DE,1,1,,2\n");
        assertThat(((ReferenceRow.Rejected) rows.get(0)).violations())
                .extracting(Violation::field)
                .containsExactly(
                        "card.token",
                        "card.accountId",
                        "validFrom",
                        "homeCountry",
                        "status",
                        "home.lat",
                        "creditLimit");
        assertThat(((ReferenceRow.Rejected) rows.get(1)).violations())
                .extracting(Violation::reason)
                .containsExactly("has 3 columns where the header has 7");
        assertThat(((ReferenceRow.Rejected) rows.get(2)).violations())
                .containsExactly(new Violation("home.lon", "is required"));
        assertThat(rows.get(2).line()).isEqualTo(4);
    }

    @Test
    void mapping_isRefused_whenAFieldIsUnknownOrMissing() {
        assertThatThrownBy(() -> ReferenceMapping.read("test", "fields: {card.tokn: {column: a}}"))
                .isInstanceOf(YamlException.class)
                .hasMessageContaining("is no field of a reference record; fields are card.token,");
        assertThatThrownBy(() -> ReferenceMapping.read("test", "fields: {card.token: {column: a}}"))
                .isInstanceOf(YamlException.class)
                .hasMessageContaining("every reference record needs card.accountId, validFrom, openedAt, homeCountry");
    }

    @Test
    void builtInMappings_areReadable() {
        assertThat(ReferenceMapping.builtIn())
                .allSatisfy(name -> assertThat(ReferenceMapping.resolve(name)).hasToString("ReferenceMapping " + name));
    }
}
