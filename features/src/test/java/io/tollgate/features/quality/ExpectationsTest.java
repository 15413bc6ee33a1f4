package io.tollgate.features.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.yaml.YamlException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationsTest {
    private static final long AT_MS = Instant.parse("2026-11-21T10:15:30Z").toEpochMilli();
    private static final Authorization.Device DEVICE = new Authorization.Device(new DeviceId("d-1"), "203.0.113.7");

    @Test
    void broken_isEmpty_forAnOrdinaryPayment() {
        assertThat(broken("a-1", DEVICE, 0.1, 20, 5, 10)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "amount_plausible,      10000000.01, 0.1, 5,    10",
        "decided_after_payment, 20,          0.1, -601, 10",
        "arrives_in_time,       20,          0.1, 5,    86401",
        "decided_with_score,    1000,        NaN, 5,    10"
    })
    void broken_namesTheDefaultExpectation_whenOneNumberIsOff(
            String name, double amount, double score, long decidedAfterS, long arrivedAfterS) {
        assertThat(broken("a-1", DEVICE, score, amount, decidedAfterS, arrivedAfterS))
                .containsExactly(name);
    }

    @Test
    void broken_namesTheDefaultExpectation_whenAPartIsNotThere() {
        assertThat(broken(null, DEVICE, 0.1, 20, 5, 10)).containsExactly("account_known");
        assertThat(broken("a-1", null, 0.1, 20, 5, 10)).containsExactly("online_payment_has_device");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{name: abc, class: invalid, expect: amont > 0, action: warn, description: d} | unknown name 'amont'; did you mean 'amount'?",
                "{name: abc, class: invalid, expect: amount, action: warn, description: d} | a number where a condition is wanted",
                "{name: abc, class: odd, expect: amount > 0, action: warn, description: d} | class: must be one of invalid, incomplete, missing",
                "{name: abc, class: invalid, expect: amount > 0, action: ignore, description: d} | action: must be one of quarantine, warn, fail",
                "{name: ABC, class: invalid, expect: amount > 0, action: warn, description: d} | name: must be 3 to 64",
                "{name: abc, class: invalid, expect: amount > 0, action: warn} | 'description' is missing",
                "{name: abc, class: invalid, expect: amount > 0, action: warn, description: d, when: x} | unknown key 'when'"
            })
    void read_refusesWithFileLineAndRemedy_whenAnEntryIsWrong(String entry, String problem) {
        assertThatThrownBy(() -> Expectations.read("rules.yaml", "version: t\nexpectations:\n  - " + entry))
                .isInstanceOf(YamlException.class)
                .hasMessageStartingWith("rules.yaml:")
                .hasMessageContaining(problem);
    }

    @Test
    void read_refuses_whenANameStandsTwice() {
        String entry = "\n  - {name: abc, class: invalid, expect: amount > 0, action: warn, description: d}";

        assertThatThrownBy(() -> Expectations.read("rules.yaml", "version: t\nexpectations:" + entry + entry))
                .hasMessageContaining("'abc' is taken");
    }

    @Test
    void find_namesTheRemedy_whenThereIsNoSuchFile() {
        assertThatThrownBy(() -> Expectations.find("no-such-file.yaml"))
                .hasMessage("no file of expectations 'no-such-file.yaml': give a file, or default-expectations");
    }

    private static List<String> broken(
            @Nullable String account,
            Authorization.@Nullable Device device,
            double score,
            double amount,
            long decidedAfterS,
            long arrivedAfterS) {
        Authorization authorization = new Authorization(
                new TransactionId("tx-1"),
                Instant.ofEpochMilli(AT_MS),
                new Money(new BigDecimal("20.00"), "EUR"),
                new Authorization.Card(
                        new CardToken("c-1"), account == null ? null : new AccountId(account), EntryMode.ECOM),
                new Authorization.Merchant(new MerchantId("m-1"), "5411", "DE"),
                device,
                null);
        ObservedPayment payment = new ObservedPayment(
                new FeatureEvent.Decided(authorization, Decision.APPROVE, score),
                amount,
                AT_MS + decidedAfterS * 1000,
                AT_MS + arrivedAfterS * 1000);
        return Expectations.find(Expectations.DEFAULT).broken(payment).stream()
                .map(Expectation::name)
                .toList();
    }
}
