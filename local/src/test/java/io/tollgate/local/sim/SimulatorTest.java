package io.tollgate.local.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.csv.CsvEvents;
import io.tollgate.features.csv.CsvMapping;
import io.tollgate.features.csv.CsvRow;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatorTest {
    private static final Instant UNTIL = Instant.parse("2026-11-01T00:00:00Z");
    private static final SimulationSettings SMALL =
            new SimulationSettings(7, 200, 100, 10, 1, Duration.ofMinutes(1), Duration.ofMinutes(2));

    @TempDir
    Path directory;

    @Test
    void history_isTheSame_whenSeedIsTheSame() {
        assertThat(history(SMALL)).isEqualTo(history(SMALL));
        assertThat(history(SMALL)).isNotEqualTo(history(SMALL.withSeed(8)));
    }

    @Test
    void history_isInTimeOrderWithDistinctIds_andEndsBeforeUntil() {
        List<SimulatedPayment> history = history(SMALL);

        assertThat(history)
                .isSortedAccordingTo(Comparator.comparing(p -> p.authorization().occurredAt()));
        assertThat(history).extracting(p -> p.authorization().transactionId()).doesNotHaveDuplicates();
        assertThat(history.get(history.size() - 1).authorization().occurredAt()).isBefore(UNTIL);
        assertThat(history.get(0).authorization().occurredAt()).isAfterOrEqualTo(UNTIL.minus(Duration.ofDays(10)));
    }

    @Test
    void history_holdsEveryScenario_andMostlyGenuinePayments() {
        Map<Scenario, Long> counts = history(SMALL).stream()
                .collect(Collectors.groupingBy(SimulatedPayment::scenario, Collectors.counting()));

        assertThat(counts.keySet()).containsExactlyInAnyOrder(Scenario.values());
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        assertThat(counts.get(Scenario.GENUINE)).isGreaterThan(all * 9 / 10).isLessThan(all * 995 / 1000);
    }

    @Test
    void history_hasFewerPaymentsAtNight() {
        long night = history(SMALL).stream()
                .filter(p -> !p.scenario().fraud())
                .filter(p -> p.authorization().occurredAt().getEpochSecond() % 86_400 < 5 * 3600)
                .count();

        assertThat(night).isLessThan(history(SMALL).size() / 10);
    }

    @Test
    void stolenCard_isUsedFasterThanAnybodyTravels() {
        List<SimulatedPayment> live = live(20_000);
        Set<Object> stolen = live.stream()
                .filter(p -> p.scenario() == Scenario.STOLEN_CARD)
                .map(p -> p.authorization().card().token())
                .collect(Collectors.toSet());
        assertThat(stolen).isNotEmpty();
        for (Object card : stolen) {
            Authorization first = live.stream()
                    .filter(p -> p.scenario() == Scenario.STOLEN_CARD)
                    .map(SimulatedPayment::authorization)
                    .filter(a -> a.card().token().equals(card))
                    .findFirst()
                    .orElseThrow();
            Authorization home = live.stream()
                    .filter(p -> !p.scenario().fraud())
                    .map(SimulatedPayment::authorization)
                    .filter(a -> a.card().token().equals(card) && a.location() != null)
                    .filter(a -> a.occurredAt().isBefore(first.occurredAt()))
                    .reduce((a, b) -> b)
                    .orElseThrow();
            assertThat(kmPerHour(home, first)).isGreaterThan(2_000);
            assertThat(first.card().entryMode()).isEqualTo(EntryMode.MAGSTRIPE);
        }
    }

    @Test
    void deviceFarm_sharesDevicesAmongCards_andNobodyElseDoes() {
        List<SimulatedPayment> live = live(20_000);

        assertThat(mostCardsOnADevice(live, Scenario.DEVICE_FARM)).isGreaterThan(5);
        assertThat(mostCardsOnADevice(live, Scenario.GENUINE)).isEqualTo(1);
    }

    @Test
    void live_keepsAttacksToTheirShare() {
        List<SimulatedPayment> live = live(40_000);
        long fraud = live.stream().filter(p -> p.scenario().fraud()).count();

        assertThat(fraud).isBetween(live.size() * 2L / 100, live.size() * 7L / 100);
        assertThat(live).extracting(SimulatedPayment::scenario).contains(Scenario.values());
    }

    @Test
    void references_areThoseOfLiveCards() {
        Set<String> known = new HashSet<>();
        for (FeatureEvent.Reference reference : new Simulator(SMALL).references(UNTIL, 20, 10_000)) {
            known.add(reference.card().value());
            assertThat(reference.openedAt()).isBefore(UNTIL);
            assertThat(reference.creditLimit()).isPositive();
        }

        assertThat(live(2_000))
                .allMatch(p -> known.contains(p.authorization().card().token().value()));
    }

    @Test
    void historyFile_readsBackAsThePaymentsItWasWrittenFrom() throws Exception {
        Path file = directory.resolve("history.csv");
        long written = HistoryFile.write(file, new Simulator(SMALL), UNTIL);

        List<SimulatedPayment> expected = history(SMALL);
        List<CsvRow> rows = new ArrayList<>();
        try (CsvEvents events = CsvEvents.open(file, CsvMapping.resolve("simulated"))) {
            events.forEachRemaining(rows::add);
        }
        assertThat(written).isEqualTo(expected.size()).isEqualTo(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            CsvRow.Payment row = (CsvRow.Payment) rows.get(i);
            assertThat(row.authorization()).isEqualTo(expected.get(i).authorization());
            FeatureEvent.Outcome outcome = row.outcome();
            assertThat(outcome != null && outcome.fraud())
                    .isEqualTo(expected.get(i).scenario().fraud());
        }
    }

    private static int mostCardsOnADevice(List<SimulatedPayment> payments, Scenario scenario) {
        Map<String, Set<String>> cards = new HashMap<>();
        for (SimulatedPayment payment : payments) {
            Authorization.Device device = payment.authorization().device();
            if (payment.scenario() == scenario && device != null) {
                cards.computeIfAbsent(String.valueOf(device.id()), d -> new HashSet<>())
                        .add(payment.authorization().card().token().value());
            }
        }
        return cards.values().stream().mapToInt(Set::size).max().orElse(0);
    }

    private static double kmPerHour(Authorization from, Authorization to) {
        GeoPoint a = from.location();
        GeoPoint b = to.location();
        if (a == null || b == null) {
            throw new AssertionError("a payment in a shop has a place");
        }
        double hours = Duration.between(from.occurredAt(), to.occurredAt()).toMillis() / 3.6e6;
        return GeoPoint.distanceKm(a.lat(), a.lon(), b.lat(), b.lon()) / hours;
    }

    private static List<SimulatedPayment> history(SimulationSettings settings) {
        List<SimulatedPayment> payments = new ArrayList<>();
        new Simulator(settings).history(UNTIL, payments::add);
        return payments;
    }

    private static List<SimulatedPayment> live(int count) {
        LiveTraffic traffic = new Simulator(SMALL).live(UNTIL, 20, "t-");
        List<SimulatedPayment> payments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            payments.add(traffic.next(UNTIL.plusMillis(50L * i)));
        }
        return payments;
    }
}
