package io.tollgate.local.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.csv.CsvRow;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.Violation;
import io.tollgate.local.sim.SimulatedPayment;
import io.tollgate.local.sim.SimulationSettings;
import io.tollgate.local.sim.Simulator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplaySourceTest {
    private static final Instant START = Instant.parse("2018-04-01T00:00:00Z");

    private final List<CsvRow.Rejected> rejected = new ArrayList<>();

    @Test
    void nextDueNanos_followsTheFilesRhythm_whenSpeedIsAFactor() {
        ReplaySource source = source(new Pace.TimesRealTime(60), 0, 60, 90);

        assertThat(dueTimes(source)).containsExactly(0L, 1_000_000_000L, 1_500_000_000L);
    }

    @Test
    void nextDueNanos_isEven_whenPaceIsARate() {
        assertThat(dueTimes(source(new Pace.Rate(4), 0, 60, 90))).containsExactly(0L, 250_000_000L, 500_000_000L);
    }

    @Test
    void nextDueNanos_ends_whenTheNextPaymentIsDueAfterTheLimit() {
        PaymentSource limited = new TimeLimited(source(new Pace.Rate(4), 0, 60, 90), Duration.ofMillis(500));

        assertThat(dueTimes(limited)).containsExactly(0L, 250_000_000L);
    }

    @Test
    void nextDueNanos_isAtOnce_whenSpeedIsMaximum() {
        assertThat(dueTimes(source(Pace.parseSpeed("max"), 0, 60)))
                .containsExactly(PaymentSource.AT_ONCE, PaymentSource.AT_ONCE);
    }

    @Test
    void nextDueNanos_handsOnRejectedRows_andGoesOn() {
        List<CsvRow> rows = new ArrayList<>(rows(0));
        rows.add(0, new CsvRow.Rejected(2, List.of(new Violation("amount.value", "is required"))));
        ReplaySource source = new ReplaySource(rows.iterator(), new Pace.Maximum(), rejected::add);

        assertThat(dueTimes(source)).hasSize(1);
        assertThat(rejected).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "0", "-1", "NaN", ""})
    void parseSpeed_saysWhatIsAllowed_whenTextIsNoSpeed(String text) {
        assertThatThrownBy(() -> Pace.parseSpeed(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max, or how many times");
    }

    private static List<Long> dueTimes(PaymentSource source) {
        List<Long> due = new ArrayList<>();
        for (long next = source.nextDueNanos(); next != PaymentSource.END; next = source.nextDueNanos()) {
            due.add(next);
            source.take(START);
        }
        return due;
    }

    private ReplaySource source(Pace pace, int... seconds) {
        return new ReplaySource(rows(seconds).iterator(), pace, rejected::add);
    }

    private static List<CsvRow> rows(int... seconds) {
        var traffic = new Simulator(new SimulationSettings(1, 50, 60, 1, 0, Duration.ZERO, Duration.ofMinutes(2)))
                .live(START, 10, "t-");
        List<CsvRow> rows = new ArrayList<>();
        for (int second : seconds) {
            SimulatedPayment payment = traffic.next(START.plusSeconds(second));
            rows.add(new CsvRow.Payment(
                    rows.size() + 2,
                    new FeatureEvent.Decided(payment.authorization(), Decision.APPROVE, Double.NaN),
                    payment.outcome(Duration.ofDays(7)),
                    List.of()));
        }
        return rows;
    }
}
