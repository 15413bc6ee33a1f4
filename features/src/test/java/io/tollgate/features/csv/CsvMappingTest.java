package io.tollgate.features.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.yaml.YamlException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvMappingTest {
    private static final String VALID = """
            fields:
              transactionId: {column: id}
              occurredAt: {column: at}
              amount.value: {column: amount}
              amount.currency: {value: EUR}
              card.token: {column: card}
              card.entryMode: {value: CHIP}
              merchant.id: {column: shop}
              merchant.categoryCode: {value: "5411"}
              merchant.country: {value: DE}
            outcome: {column: fraud, fraud: ["1"], genuine: ["0"], knownAfter: 7d}
            keep: [id]
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"handbook", "sparkov", "simulated"})
    void resolve_reads_whenNameIsBuiltIn(String name) {
        CsvMapping mapping = CsvMapping.resolve(name);

        assertThat(mapping.hasOutcome()).isTrue();
        assertThat(mapping.keep()).isNotEmpty();
    }

    @Test
    void read_accepts_validFile() throws Exception {
        Path file = Files.writeString(directory.resolve("m.yaml"), VALID);

        assertThat(CsvMapping.read(file).keep()).containsExactly("id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "amount.value: {column: amount}|amount.valu: {column: amount}|:4: amount.valu: is no field",
                "card.entryMode: {value: CHIP}||every payment needs card.entryMode",
                "{column: amount}|{colum: amount}|:4: 'column' is missing",
                "{column: amount}|{column: amount, prefx: x}|:4: unknown key 'prefx'",
                "{column: amount}|{column: amount, unit: cents}|:4: unit: must be major",
                "{column: amount}|{column: amount, unit: minor, digits: 9}|:4: digits: must be",
                "{column: at}|{column: at, format: whenever}|:3: format: must be iso",
                "{column: at}|{column: at, format: uuuu, zone: Mars}|:3: zone: must be",
                "{column: at}|{column: at, format: uuuu}|:3: 'zone' is missing",
                "{value: EUR}|{value: EUR, column: c}|:5: unknown key 'column'",
                "knownAfter: 7d|knownAfter: a week|:11: knownAfter: must be a duration",
                "fraud: [\"1\"]|fraud: []|:11: an outcome needs",
                "fraud: [\"1\"]|fraud: \"1\"|:11: fraud: must be a list",
                "keep: [id]|keeps: [id]|:12: unknown key 'keeps'",
                "keep: [id]|keep: [id|is not valid YAML",
            })
    void read_namesLineAndRemedy_whenFileIsWrong(String from, String to, String message) throws Exception {
        Path file = Files.writeString(directory.resolve("m.yaml"), VALID.replace(from, to == null ? "" : to));

        assertThatThrownBy(() -> CsvMapping.read(file))
                .isInstanceOf(YamlException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void resolve_saysWhatThereIs_whenNeitherNameNorFile() {
        assertThatThrownBy(() -> CsvMapping.resolve("handbok"))
                .isInstanceOf(CsvException.class)
                .hasMessageContaining("handbok does not exist; give a path or one of handbook, simulated, sparkov");
    }
}
