package io.tollgate.features.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.Violation;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvEventsTest {
    private static final String HANDBOOK_HEADER =
            "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO\n";
    private static final String SPARKOV_HEADER =
            "row_id,unix_time,card_id,merchant_id,category,amt_cents,merch_lat,merch_long,is_fraud\n";
    private static final String SIMULATED_HEADER =
            "transaction_id,occurred_at,amount,currency,card_token,account_id,entry_mode,merchant_id,mcc,"
                    + "merchant_country,device_id,ip,lat,lon,fraud,scenario\n";
    private static final String HANDBOOK_LIKE = """
            fields:
              transactionId: {column: id}
              occurredAt: {column: at, format: FORMAT}
              amount.value: {value: "1"}
              amount.currency: {value: EUR}
              card.token: {value: c}
              card.entryMode: {value: CHIP}
              merchant.id: {value: m}
              merchant.categoryCode: {value: "5411"}
              merchant.country: {value: DE}
            """;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    @Test
    void next_mapsRow_ofHandbook() throws Exception {
        CsvRow.Payment payment =
                payment(rows("handbook", HANDBOOK_HEADER + "0,2018-04-01T00:00:31,596,3156,57.16,1,1\n"), 0);

        Authorization a = payment.authorization();
        assertThat(a.transactionId().value()).isEqualTo("tx-0");
        assertThat(a.occurredAt()).isEqualTo("2018-04-01T00:00:31Z");
        assertThat(a.amount().value()).isEqualByComparingTo("57.16");
        assertThat(a.amount().currency()).isEqualTo("EUR");
        assertThat(a.card().token().value()).isEqualTo("c-596");
        assertThat(a.card().entryMode()).isEqualTo(EntryMode.CHIP);
        assertThat(a.merchant()).hasToString("Merchant[id=m-3156, categoryCode=5999, country=BE]");
        assertThat(a.device()).isNull();
        assertThat(a.location()).isNull();
        assertThat(payment.decided().decision()).isEqualTo(Decision.APPROVE);
        FeatureEvent.Outcome outcome = Objects.requireNonNull(payment.outcome());
        assertThat(outcome.fraud()).isTrue();
        assertThat(outcome.knownAt()).isEqualTo("2018-04-08T00:00:31Z");
        assertThat(payment.kept()).containsExactly("0");
        assertThat(payment.line()).isEqualTo(2);
    }

    @Test
    void next_roundsAmount_whenFileWasWrittenFromFloatingPoint() throws Exception {
        List<CsvRow> rows = rows(
                "handbook",
                HANDBOOK_HEADER
                        + "0,2018-04-01T00:00:31,1,1,85.64999999999999,0,0\n"
                        + "1,2018-04-01T00:00:31,1,1,8.5.6499999,0,0\n"
                        + "2,2018-04-01T00:00:31,1,1,1e3,0,0\n");

        assertThat(payment(rows, 0).authorization().amount().value()).isEqualByComparingTo("85.65");
        assertThat(rows.subList(1, 3)).allMatch(CsvRow.Rejected.class::isInstance);
    }

    @Test
    void next_mapsMinorUnitsEpochAndCategories_ofSparkov() throws Exception {
        Authorization a = payment(
                        rows(
                                "sparkov",
                                SPARKOV_HEADER + "0,1546301010,535,285,gas_transport,5718,32.230529,-96.322554,0\n"),
                        0)
                .authorization();

        assertThat(a.amount().value()).isEqualByComparingTo("57.18");
        assertThat(a.occurredAt()).isEqualTo("2019-01-01T00:03:30Z");
        assertThat(a.merchant().categoryCode()).isEqualTo("5541");
        assertThat(a.card().entryMode()).isEqualTo(EntryMode.CHIP);
        assertThat(a.location()).isEqualTo(new GeoPoint(32.230529, -96.322554));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "iso|2018-04-01T02:00:31+02:00",
                "iso-local, zone: UTC|2018-04-01T00:00:31",
                "iso-local, zone: Europe/Brussels|2018-04-01T02:00:31",
                "dd.MM.yyyy HH:mm:ss, zone: Europe/Brussels|01.04.2018 02:00:31",
                "epoch-seconds|1522540831",
                "epoch-millis|1522540831000",
            })
    void next_readsTheSameInstant_fromEveryFormat(String format, String text) throws Exception {
        String mapping = HANDBOOK_LIKE.replace("FORMAT", format);
        CsvMapping read = CsvMapping.read(Files.writeString(directory.resolve("m.yaml"), mapping));

        List<CsvRow> rows = rows(read, "id,at\n1," + text + "\n2,soon\n");

        assertThat(payment(rows, 0).authorization().occurredAt()).isEqualTo("2018-04-01T00:00:31Z");
        assertThat(((CsvRow.Rejected) rows.get(1)).violations())
                .extracting(Violation::field)
                .containsExactly("occurredAt");
    }

    @Test
    void next_leavesFieldsOut_whenColumnsAreEmpty() throws Exception {
        CsvRow.Payment payment = payment(
                rows("simulated", SIMULATED_HEADER + "t1,1763719000123,5.00,EUR,c-1,,ECOM,m-1,5411,DE,,,,,,normal\n"),
                0);

        assertThat(payment.authorization().device()).isNull();
        assertThat(payment.authorization().location()).isNull();
        assertThat(payment.authorization().card().accountId()).isNull();
        assertThat(payment.outcome())
                .as("an unlabelled payment is not a genuine one")
                .isNull();
        assertThat(payment.kept()).containsExactly("t1", "normal");
    }

    @Test
    void next_reportsEveryViolationWithLine_whenRowIsBad() throws Exception {
        List<CsvRow> rows = rows(
                "handbook",
                HANDBOOK_HEADER
                        + "0,2018-04-01T00:00:31,596,3156,57.16,0,0\n"
                        + "\n"
                        + "1,yesterday,596,,-1,maybe,0\n"
                        + "2,2018-04-01T00:00:32,596,3156,57.16,0,0\n");

        assertThat(rows).hasSize(3);
        CsvRow.Rejected rejected = (CsvRow.Rejected) rows.get(1);
        assertThat(rejected.line()).isEqualTo(4);
        assertThat(rejected.violations())
                .extracting(Violation::field)
                .containsExactlyInAnyOrder("occurredAt", "merchant.id", "amount.value", "outcome");
        assertThat(rows.get(2)).isInstanceOf(CsvRow.Payment.class);
    }

    @Test
    void next_rejectsRow_whenColumnsAreMissingOrTooMany() throws Exception {
        List<CsvRow> rows = rows("handbook", HANDBOOK_HEADER + "0,2018-04-01T00:00:31,596\n1,a,b,c,d,e,f,g,h\n");

        assertThat(rows)
                .hasSize(2)
                .allSatisfy(row -> assertThat(((CsvRow.Rejected) row).violations())
                        .extracting(Violation::field)
                        .containsExactly("row"));
    }

    @Test
    void next_rejectsRow_whenItIsLongerThanTheBound() throws Exception {
        String wide = "x".repeat(RecordHandler.MAX_ROW_LENGTH);
        List<CsvRow> rows = rows(
                "handbook",
                HANDBOOK_HEADER + "0," + wide + ",1,1,1,0,0\n" + "1,2018-04-01T00:00:31,596,3156,57.16,0,0\n");

        assertThat(((CsvRow.Rejected) rows.get(0)).violations().get(0).reason()).contains("unclosed quote");
        assertThat(rows.get(1)).isInstanceOf(CsvRow.Payment.class);
    }

    @Test
    void next_rejectsRow_whenPaymentLiesInTheFutureOrBeforeCards() throws Exception {
        List<CsvRow> rows = rows(
                "handbook",
                HANDBOOK_HEADER
                        + "0,2027-01-01T00:00:00,1,1,1,0,0\n"
                        + "1,1900-01-01T00:00:00,1,1,1,0,0\n"
                        + "2,2026-11-21T00:04:59,1,1,1,0,0\n");

        assertThat(rows.get(0)).isInstanceOf(CsvRow.Rejected.class);
        assertThat(rows.get(1)).isInstanceOf(CsvRow.Rejected.class);
        assertThat(rows.get(2)).isInstanceOf(CsvRow.Payment.class);
    }

    @Test
    void next_understandsQuotes_asRfc4180DescribesThem() throws Exception {
        Path mapping = Files.writeString(directory.resolve("m.yaml"), """
                fields:
                  transactionId: {column: "the, id"}
                  occurredAt: {column: at}
                  amount.value: {column: amount}
                  amount.currency: {value: EUR}
                  card.token: {column: card}
                  card.entryMode: {value: CHIP}
                  merchant.id: {column: shop, values: {"Joe's \\"Bar\\"\\nBerlin": joe}}
                  merchant.categoryCode: {value: "5813"}
                  merchant.country: {value: DE}
                """);
        List<CsvRow> rows = rows(
                CsvMapping.read(mapping),
                String.join(
                        "\r\n",
                        "\uFEFF\"the, id\",at,amount,card,shop",
                        "1,2018-04-01T00:00:31+02:00,\"1\",c,\"Joe's \"\"Bar\"\"\nBerlin\"",
                        ""));

        assertThat(payment(rows, 0).authorization().merchant().id().value()).isEqualTo("joe");
        assertThat(payment(rows, 0).authorization().occurredAt()).isEqualTo("2018-03-31T22:00:31Z");
    }

    @Test
    void open_readsGzip_whateverTheName() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(
                    (HANDBOOK_HEADER + "0,2018-04-01T00:00:31,596,3156,57.16,0,0\n").getBytes(StandardCharsets.UTF_8));
        }
        Path file = Files.write(directory.resolve("t.csv"), bytes.toByteArray());

        assertThat(read(file, CsvMapping.resolve("handbook"))).hasSize(1);
    }

    @Test
    void next_failsWithLine_whenArchiveIsCutOff() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(HANDBOOK_HEADER.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 10_000; i++) {
                gzip.write((i + ",2018-04-01T00:00:31," + i * 7919 % 5000 + ",3156,57.16,0,0\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] half = Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2);
        Path file = Files.write(directory.resolve("t.csv.gz"), half);

        assertThatThrownBy(() -> read(file, CsvMapping.resolve("handbook")))
                .isInstanceOf(CsvException.class)
                .hasMessageContaining("cannot be read on from about line")
                .hasMessageContaining("archive that is cut off");
    }

    @Test
    void next_failsWithLine_whenQuoteNeverCloses() throws Exception {
        String rest = "1,2018-04-01T00:00:31,596,3156,57.16,0,0\n".repeat(60_000);

        assertThatThrownBy(() -> rows("handbook", HANDBOOK_HEADER + "0,\"2018-04-01T00:00:31,1,1,1,0,0\n" + rest))
                .isInstanceOf(CsvException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("quote that is not closed");
    }

    @Test
    void open_namesMissingColumns() {
        assertThatThrownBy(() -> rows("handbook", "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,AMOUNT\n"))
                .isInstanceOf(CsvException.class)
                .hasMessageContaining("has no column TX_AMOUNT, TX_FRAUD, which mapping handbook names")
                .hasMessageContaining("its columns are TRANSACTION_ID, ");
    }

    @Test
    void open_saysSo_whenFileIsEmptyOrMissing() {
        assertThatThrownBy(() -> rows("handbook", "")).hasMessageContaining("is empty");
        assertThatThrownBy(() -> read(directory.resolve("none.csv"), CsvMapping.resolve("handbook")))
                .isInstanceOf(CsvException.class)
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> read(directory, CsvMapping.resolve("handbook")))
                .hasMessageContaining("is a directory");
    }

    private List<CsvRow> rows(String mapping, String csv) throws Exception {
        return rows(CsvMapping.resolve(mapping), csv);
    }

    private List<CsvRow> rows(CsvMapping mapping, String csv) throws Exception {
        return read(Files.writeString(directory.resolve("t.csv"), csv), mapping);
    }

    private static List<CsvRow> read(Path file, CsvMapping mapping) {
        List<CsvRow> rows = new ArrayList<>();
        try (CsvEvents events = CsvEvents.open(file, mapping, CLOCK, CsvEvents.HISTORY)) {
            events.forEachRemaining(rows::add);
        }
        return rows;
    }

    private static CsvRow.Payment payment(List<CsvRow> rows, int index) {
        assertThat(rows.get(index)).isInstanceOf(CsvRow.Payment.class);
        return (CsvRow.Payment) rows.get(index);
    }
}
