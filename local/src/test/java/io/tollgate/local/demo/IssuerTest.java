package io.tollgate.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.features.domain.Decision;
import io.tollgate.local.sim.LiveTraffic;
import io.tollgate.local.sim.SimulationSettings;
import io.tollgate.local.sim.Simulator;
import io.tollgate.local.traffic.Outgoing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IssuerTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private final Simulator simulator = new Simulator(SimulationSettings.DEFAULT);
    private final LiveTraffic traffic = simulator.live(START, 1, "tx-");
    private final List<ObjectNode> references = new ArrayList<>();
    private final List<ObjectNode> outcomes = new ArrayList<>();
    private final SettableClock clock = new SettableClock();
    private final Issuer issuer = new Issuer(
            (container, document) -> (container.equals("account_card_reference") ? references : outcomes).add(document),
            simulator.references(START, 1, 120),
            200,
            clock);

    @AfterEach
    void close() {
        issuer.close();
    }

    @Test
    void references_comeSomeAtATime_eachOnce() {
        issuer.second();
        assertThat(references).hasSize(50);

        issuer.second();
        issuer.second();
        issuer.second();

        assertThat(references)
                .hasSize(120)
                .extracting(each -> each.get("cardId"))
                .doesNotHaveDuplicates();
        assertThat(references.get(0).path("validFrom").textValue()).isEqualTo(START.toString());
        assertThat(issuer.written()).isEqualTo(120);
    }

    @Test
    void outcomes_becomeKnownLater_ofFraudsAndOfStoppedPaymentsOnly() {
        issuer.answered(payment(false), Decision.APPROVE, List.of(), 1);
        Outgoing fraud = payment(true);
        issuer.answered(fraud, Decision.APPROVE, List.of(), 1);
        Outgoing confirmed = payment(false);
        issuer.answered(confirmed, Decision.STEP_UP, List.of(), 1);
        issuer.second();
        assertThat(outcomes).isEmpty();

        clock.now = START.plus(Duration.ofMinutes(1));
        issuer.second();

        assertThat(outcomes)
                .extracting(
                        each -> each.path("transactionId").textValue(),
                        each -> each.path("fraud").booleanValue())
                .containsExactly(
                        tuple(fraud.authorization().transactionId().value(), true),
                        tuple(confirmed.authorization().transactionId().value(), false));
        assertThat(outcomes.get(0).path("knownAt").textValue()).isEqualTo(clock.now.toString());
    }

    private Outgoing payment(boolean fraud) {
        return new Outgoing(traffic.next(START).authorization(), "label", fraud);
    }

    private static final class SettableClock extends Clock {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
