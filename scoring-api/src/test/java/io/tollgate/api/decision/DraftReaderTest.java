package io.tollgate.api.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.domain.AuthorizationDraft.TimeBounds;
import io.tollgate.features.domain.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DraftReaderTest {

    private static List<String> fields(DraftReader.Result result) {
        assertThat(result).isInstanceOf(DraftReader.Result.Rejected.class);
        return ((DraftReader.Result.Rejected) result)
                .violations().stream().map(Violation::field).toList();
    }

    @Test
    void read_givesTheAuthorization_whenAllFieldsAreThere() {
        var authorization = Examples.authorization();

        assertThat(authorization.transactionId().value()).isEqualTo("tx-1096");
        assertThat(authorization.amount().value()).isEqualByComparingTo("57.16");
        assertThat(authorization.location()).isNotNull();
        assertThat(authorization.device()).isNotNull();
    }

    @Test
    void read_ignoresAndCounts_whenFieldsAreUnknown() {
        var result = Examples.read(Examples.BODY.replace(
                "\"card\":{", "\"channel\":{\"deep\":[1,{\"x\":null}]},\"card\":{\"scheme\":\"visa\","));

        assertThat(result)
                .isInstanceOfSatisfying(
                        DraftReader.Result.Read.class,
                        read -> assertThat(read.unknownFields()).isEqualTo(2));
    }

    @Test
    void read_namesEveryViolation_whenSeveralFieldsAreWrong() {
        String body = Examples.BODY
                .replace("\"tx-1096\"", "7")
                .replace("\"57.16\"", "57.16")
                .replace("\"EUR\"", "\"eur\"")
                .replace("\"5411\"", "\"54\"")
                .replace("52.52", "152.52");

        assertThat(fields(Examples.read(body)))
                .containsExactlyInAnyOrder(
                        "transactionId", "amount.value", "amount.currency", "merchant.categoryCode", "location.lat");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"lat\":52.52 | \"lat\":1e400 | location.lat",
                "\"lat\":52.52 | \"lat\":\"52\" | location.lat",
                "\"lat\":52.52 | \"lat\":true | location.lat",
                "\"lat\":52.52, | `` | location.lat",
                "\"value\":\"57.16\" | \"value\":\"1e3\" | amount.value",
                "\"value\":\"57.16\" | \"value\":\"-1\" | amount.value",
                "\"value\":\"57.16\" | \"value\":\"12345678901\" | amount.value",
                "\"value\":\"57.16\" | \"value\":\"NaN\" | amount.value",
                "\"value\":\"57.16\" | \"value\":null | amount.value",
                "\"EUR\" | \"XXX\" | amount.currency",
                "2026-11-21T10:15:30.123Z | 0000-01-01T00:00:00Z | occurredAt",
                "2026-11-21T10:15:30.123Z | 9999-12-31T23:59:59Z | occurredAt",
                "2026-11-21T10:15:30.123Z | 2026-11-21T10:15:30 | occurredAt",
                "c-596 | 4111111111111111 | card.token",
                "c-596 | 4111-1111-1111-1111 | card.token",
                "\"ECOM\" | \"ecom\" | card.entryMode",
                "\"c-596\" | \"c 596\" | card.token",
                "\"card\":{ | \"card\":[],\"cart\":{ | card",
                "\"id\":\"d-88\",\"ip\":\"203.0.113.7\" | `` | device",
                "203.0.113.7 | 203.0.113.777 | device.ip",
                "\"token\":\"c-596\" | \"token\":\"c-1\",\"token\":\"c-2\" | card.token",
            })
    void read_rejectsTheField_whenItsValueIsWrong(String valid, String wrong, String field) {
        String body = Examples.BODY.replace(valid, wrong == null ? "" : wrong);

        assertThat(body).isNotEqualTo(Examples.BODY);
        assertThat(fields(Examples.read(body))).contains(field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"x\"",
                "7",
                "{",
                "{}}",
                "{} {}",
                "{\"a\":NaN}",
                "{\"a\":1e}",
                "{\"a\":'x'}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\":\"\\ud800\"",
                "<xml/>"
            })
    void read_rejectsTheBody_whenItIsNotOneJsonObject(String body) {
        assertThat(fields(Examples.read(body))).isNotEmpty();
    }

    @Test
    void read_rejectsTheBody_whenItIsNestedTooDeeply() {
        String deep = "{\"x\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}";

        assertThat(fields(Examples.read(deep))).containsExactly("");
    }

    @Test
    void read_neverQuotesWhatWasSent_whenItRejects() {
        DraftReader.Result result =
                Examples.read(Examples.BODY.replace("c-596", "4111111111111111").replace("\"EUR\"", "\"secret!\""));

        assertThat(result.toString()).doesNotContain("4111").doesNotContain("secret");
    }

    @Test
    void read_neverThrows_whenBytesAreChangedAtRandom() {
        long seed = 20_261_121;
        Random random = new Random(seed);
        DraftReader reader = new DraftReader((currency, at) -> true);
        byte[] valid = Examples.BODY.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50_000; i++) {
            byte[] body = valid.clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(10) == 0 ? random.nextInt(body.length) : body.length;
            assertThat(reader.read(body, length, Examples.NOW, TimeBounds.DEFAULT))
                    .as("seed %s, body %s", seed, i)
                    .isNotNull();
        }
    }
}
