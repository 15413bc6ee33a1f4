package io.tollgate.pipeline.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventTranslatorTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final IdHasher HASHER = IdHasher.of("secret of the unit tests");
    private static final EventParser PARSER = new EventParser(
            EventRules.DEFAULT, FeatureEngine.compile(FeatureSets.fraudV3(), HASHER), EventParser.Detail.EVENT);

    private final EventTranslator translator = new EventTranslator(HASHER, PARSER, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void reference_keepsEveryField() {
        HubEvent event = translator.translate(
                FeedContainer.ACCOUNT_CARD_REFERENCE, FeedDocuments.reference("c-1", "2026-11-01T01:00:00+01:00"));

        assertThat(accepted(event))
                .isEqualTo(new FeatureEvent.Reference(
                        new CardToken("c-1"),
                        new AccountId("a-c-1"),
                        Instant.parse("2026-11-01T00:00:00Z"),
                        FeatureEvent.CardStatus.ACTIVE,
                        Instant.parse("2020-02-29T12:00:00Z"),
                        "DE",
                        new GeoPoint(52.52, 13.4),
                        500_000));
        assertThat(event.key()).isEqualTo(HASHER.idHash(EntityType.CARD, "c-1"));
        assertThat(event.problem()).isNull();
    }

    @Test
    void outcome_keepsEveryField() {
        HubEvent event = translator.translate(FeedContainer.FRAUD_OUTCOMES, FeedDocuments.outcome("tx-1", "c-1"));

        assertThat(accepted(event))
                .isEqualTo(new FeatureEvent.Outcome(
                        new TransactionId("tx-1"),
                        Instant.parse("2026-11-01T10:15:30.123Z"),
                        Instant.parse("2026-11-08T10:15:30Z"),
                        true,
                        new Money(new BigDecimal("57.16"), "EUR"),
                        new CardToken("c-1"),
                        new AccountId("a-c-1"),
                        new MerchantId("m-1"),
                        new DeviceId("d-1"),
                        "198.18.0.1"));
        assertThat(event.eventId()).isEqualTo("o:tx-1");
    }

    @Test
    void outcome_isAccepted_whenItHasNoDeviceAndANumberAsAmount() {
        ObjectNode document = FeedDocuments.outcome("tx-1", "c-1");
        document.remove("deviceId");
        document.putNull("ip");
        document.putObject("amount").put("value", new BigDecimal("57.10")).put("currency", "EUR");

        FeatureEvent.Outcome outcome =
                (FeatureEvent.Outcome) accepted(translator.translate(FeedContainer.FRAUD_OUTCOMES, document));

        assertThat(outcome.device()).isNull();
        assertThat(outcome.amount()).isEqualTo(new Money(new BigDecimal("57.10"), "EUR"));
    }

    @ParameterizedTest
    @CsvSource({
        "transactionId, transactionId",
        "cardId, token",
        "occurredAt, occurredAt",
        "knownAt, knownAt",
        "fraud, fraud",
        "merchantId, id",
        "amount, amount"
    })
    void outcome_isHandedOnWithItsProblem_whenAFieldIsMissing(String field, String rule) {
        ObjectNode document = FeedDocuments.outcome("tx-1", "c-1");
        document.remove(field);

        HubEvent event = translator.translate(FeedContainer.FRAUD_OUTCOMES, document);

        assertThat(event.problem()).startsWith(rule + ": ");
        assertThat(PARSER.parse(event.value(), NOW.toEpochMilli())).isInstanceOf(ParsedEvent.Rejected.class);
    }

    @ParameterizedTest
    @CsvSource({"cardId", "accountId", "validFrom", "status", "openedAt", "homeCountry"})
    void reference_isHandedOnWithItsProblem_whenAFieldIsMissing(String field) {
        ObjectNode document = FeedDocuments.reference("c-1", "2026-11-01T00:00:00Z");
        document.remove(field);

        HubEvent event = translator.translate(FeedContainer.ACCOUNT_CARD_REFERENCE, document);

        assertThat(event.problem()).isNotNull();
        assertThat(PARSER.parse(event.value(), NOW.toEpochMilli())).isInstanceOf(ParsedEvent.Rejected.class);
    }

    @Test
    void event_hasNoKey_whenTheDocumentNamesNoCard() {
        ObjectNode document = FeedDocuments.outcome("tx-1", "c-1").put("cardId", 7);

        assertThat(translator.translate(FeedContainer.FRAUD_OUTCOMES, document).key())
                .isNull();
    }

    @Test
    void document_isNamedInsteadOfCopied_whenItWouldNotFitTheHub() throws IOException {
        ObjectNode document = FeedDocuments.outcome("tx-1", "c-1").put("ip", "1".repeat(1_900_000));

        HubEvent event = translator.translate(FeedContainer.FRAUD_OUTCOMES, document);

        assertThat(event.value()).hasSizeLessThan(1_000);
        assertThat(event.problem()).startsWith("document.size");
        assertThat(new ObjectMapper().readTree(event.value()).at("/document/id").textValue())
                .isEqualTo("tx-1");
        assertThat(PARSER.parse(event.value(), NOW.toEpochMilli())).isInstanceOf(ParsedEvent.Rejected.class);
    }

    private static FeatureEvent accepted(HubEvent event) {
        ParsedEvent parsed = PARSER.parse(event.value(), NOW.toEpochMilli());
        assertThat(parsed).isInstanceOf(ParsedEvent.Accepted.class);
        return ((ParsedEvent.Accepted) parsed).event();
    }
}
