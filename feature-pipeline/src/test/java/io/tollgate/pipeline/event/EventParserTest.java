package io.tollgate.pipeline.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.quality.Defect;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.pipeline.event.EventParser.Detail;
import io.tollgate.pipeline.event.ParsedEvent.Accepted;
import io.tollgate.pipeline.event.ParsedEvent.Rejected;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventParserTest {
    private static final long ARRIVED = Instant.parse("2026-11-21T10:15:31Z").toEpochMilli();
    private static final String AUTHORIZATION = "{'schema':'tollgate.txn_event/1','type':'authorization',"
            + "'eventId':'tx-1','transactionId':'tx-1','occurredAt':'2026-11-21T10:15:30.123Z',"
            + "'decidedAt':'2026-11-21T10:15:30.126Z','authorization':{'transactionId':'tx-1',"
            + "'occurredAt':'2026-11-21T10:15:30.123Z','amount':{'value':'57.16','currency':'EUR'},"
            + "'card':{'token':'c-596','entryMode':'ECOM'},"
            + "'merchant':{'id':'m-3156','categoryCode':'5411','country':'DE'}},"
            + "'decision':'APPROVE','score':0.25,'vector':[12.0,null],'groups':[],"
            + "'featureSet':{'version':'v3','hash':'9f3c0a11'},'policy':'p'}";
    private static final String OUTCOME = "{'schema':'tollgate.txn_event/1','type':'outcome','eventId':'o:tx-1',"
            + "'transactionId':'tx-1','occurredAt':'2026-11-20T10:15:30.123Z','knownAt':'2026-11-21T10:15:30Z',"
            + "'fraud':true,'amount':{'value':'57.16','currency':'EUR'},'card':{'token':'c-596'},"
            + "'merchant':{'id':'m-3156'}}";
    private static final String REFERENCE = "{'schema':'tollgate.txn_event/1','type':'reference',"
            + "'eventId':'r:c-596:1795256130000','validFrom':'2026-11-21T10:15:30Z','status':'ACTIVE',"
            + "'openedAt':'2020-01-01T00:00:00Z','homeCountry':'DE','card':{'token':'c-596','accountId':'a-1'}}";

    private final FeatureEngine engine =
            FeatureEngine.compile(FeatureSets.fraudV3(), IdHasher.of("a secret for this test"));
    private final EventParser parser = new EventParser(EventRules.DEFAULT, engine, Detail.SERVED);
    private final EventParser eventOnly = new EventParser(EventRules.DEFAULT, engine, Detail.EVENT);

    @Test
    void parse_acceptsAuthorization_withWhatWasServed() {
        assertThat(parse(AUTHORIZATION)).isInstanceOfSatisfying(Accepted.class, accepted -> {
            assertThat(accepted.event()).isInstanceOfSatisfying(FeatureEvent.Decided.class, decided -> {
                assertThat(decided.eventId()).isEqualTo("tx-1");
                assertThat(decided.score()).isEqualTo(0.25);
            });
            assertThat(accepted.served()).satisfies(served -> {
                assertThat(served.vector()).containsExactly(12.0, Double.NaN);
                assertThat(served.featureSetHash()).isEqualTo("9f3c0a11");
            });
        });
    }

    @Test
    void parse_acceptsOutcome() {
        assertThat(parse(OUTCOME))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(accepted.event().timeMs())
                                .isEqualTo(Instant.parse("2026-11-21T10:15:30Z").toEpochMilli()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'type':'authorization'   | 'type':'gossip'                | INVALID      | type",
                "'eventId':'tx-1'         | 'eventId':'tx-2'               | INCONSISTENT | eventId",
                "'decision':'APPROVE',    | \"\"                           | MISSING      | decision",
                "'token':'c-596'          | 'token':5                      | MISSING      | card.token",
                "'score':0.25             | 'score':7                      | INACCURATE   | score",
                "'currency':'EUR'         | 'currency':'XTS'               | INACCURATE   | amount.currency",
                "'occurredAt':'2026-11-21 | 'occurredAt':'2024-11-21       | STALE        | occurredAt",
                "'occurredAt':'2026-11-21 | 'occurredAt':'2027-11-21       | INACCURATE   | occurredAt",
                "'country':'DE'}}         | 'country':'DE'},'device':{}}   | INCOMPLETE   | device",
            })
    void parse_rejectsWithClassAndRule_whenFieldIsBad(String good, String bad, Defect defect, String rule) {
        String event = AUTHORIZATION.replace(good, bad);
        assertThat(event).isNotEqualTo(AUTHORIZATION);
        assertThat(parse(event)).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.defect()).isEqualTo(defect);
            assertThat(rejected.rule()).isEqualTo(rule);
        });
    }

    @Test
    void parse_rejectsOutcome_whenKnownBeforeItHappened() {
        assertThat(parse(OUTCOME.replace("'knownAt':'2026-11-21", "'knownAt':'2026-11-19")))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.defect()).isEqualTo(Defect.INCONSISTENT));
    }

    /** It would make the merchant's or the card's state forget all that comes before it. */
    @Test
    void parse_rejectsWhatIsKnownFromTheFuture_andAcceptsWhatIsOld() {
        for (String good : new String[] {OUTCOME, REFERENCE}) {
            assertThat(parse(good)).isInstanceOf(Accepted.class);
            String future = good.replaceAll("'(knownAt|validFrom)':'2026", "'$1':'2062")
                    .replace("1795256130000", "2931329730000");
            assertThat(parse(future)).isInstanceOfSatisfying(Rejected.class, rejected -> {
                assertThat(rejected.defect()).isEqualTo(Defect.INACCURATE);
                assertThat(rejected.rule()).isIn("knownAt", "validFrom");
                assertThat(rejected.reason()).contains("in the future");
            });
            String old = good.replace("'2026", "'1996").replace("1795256130000", "848571330000");
            assertThat(parse(old)).isInstanceOf(Accepted.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', MISSING", "{, INVALID", "[], INVALID", "{}x, INVALID", "nul, INVALID"})
    void parse_rejects_whenMessageIsNoJsonObject(String message, Defect defect) {
        assertThat(parser.parse(message.getBytes(StandardCharsets.UTF_8), ARRIVED))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.defect()).isEqualTo(defect));
    }

    @Test
    void parse_neverQuotesTheInput_whenItRejects() {
        String event = AUTHORIZATION.replace("'c-596'", "'4111111111111111'");
        assertThat(parse(event))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).doesNotContain("4111"));
    }

    @Test
    void parse_keepsEventOut_whenItBreaksAnExpectation() {
        assertThat(parse(AUTHORIZATION.replace("'57.16'", "'20000000.00'")))
                .isInstanceOfSatisfying(Rejected.class, rejected -> {
                    assertThat(rejected.defect()).isEqualTo(Defect.INACCURATE);
                    assertThat(rejected.rule()).isEqualTo("expectation.amount_plausible");
                    assertThat(rejected.reason()).contains("wrong exponent").contains("amount <= 10000000");
                });
    }

    @Test
    void parse_acceptsWithWarning_whenAnExpectationOnlyWarns() {
        assertThat(parse(AUTHORIZATION))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(accepted.warnings()).contains("account_known"));
    }

    @Test
    void parse_stopsTheRun_whenAnExpectationSaysSo(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("strict.yaml"), """
                version: "1"
                expectations:
                  - {name: account_known, class: missing, expect: has_account, action: fail, description: No account}
                """);
        EventRules rules = new EventRules(Duration.ofDays(400), Duration.ofDays(400), file.toString());

        assertThatThrownBy(() -> new EventParser(rules, engine, Detail.EVENT)
                        .parse(AUTHORIZATION.replace('\'', '"').getBytes(StandardCharsets.UTF_8), ARRIVED))
                .isInstanceOf(BrokenExpectationException.class)
                .hasMessageStartingWith("event tx-1 breaks expectation 'account_known' (No account)");
    }

    /** Parses with both details: they may differ in what was served, never in the event or the verdict. */
    private ParsedEvent parse(String event) {
        byte[] message = event.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ParsedEvent parsed = parser.parse(message, ARRIVED);
        ParsedEvent lean = eventOnly.parse(message, ARRIVED);
        if (parsed instanceof Accepted accepted) {
            assertThat(lean)
                    .isInstanceOfSatisfying(
                            Accepted.class, other -> assertThat(other.event()).isEqualTo(accepted.event()));
        } else {
            assertThat(lean).isEqualTo(parsed);
        }
        return parsed;
    }
}
