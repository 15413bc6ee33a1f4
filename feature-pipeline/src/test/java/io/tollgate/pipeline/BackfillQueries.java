package io.tollgate.pipeline;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What {@link BackfillBenchmark} compares: feature sets, the same in SQL, and a generated history. */
final class BackfillQueries {
    private static final int[] DAYS = {1, 7, 30};

    /** Sixty days, forty shops with sixty payments a day each, three thousand cards. */
    private static final int PAYMENTS = 150_000;

    private static final int SHOPS = 40;
    private static final int CARDS = 3_000;
    private static final Duration SPAN = Duration.ofDays(60);
    private static final LocalDateTime START = LocalDateTime.of(2026, 1, 1, 0, 0);

    private static final String DERIVED = "TRANSACTION_ID, int(dayofweek(TX_DATETIME) IN (1, 7)) AS TX_DURING_WEEKEND,"
            + " int(hour(TX_DATETIME) <= 6) AS TX_DURING_NIGHT";

    private static final String COMMON =
            "type: number, unit: u, description: d, default: 0, defaultReason: nothing is known";

    private BackfillQueries() {}

    static String handbook() {
        return "SELECT " + DERIVED
                + columns("CUSTOMER_ID_NB_TX_%dDAY_WINDOW", "count(*)", "c")
                + columns("CUSTOMER_ID_AVG_AMOUNT_%dDAY_WINDOW", "avg(TX_AMOUNT)", "c")
                + columns("TERMINAL_ID_NB_TX_%dDAY_WINDOW", "count(*)", "t")
                + columns("TERMINAL_ID_RISK_%dDAY_WINDOW", "avg(TX_FRAUD)", "t")
                + " FROM transactions WINDOW "
                + windows(7 * 86_400L);
    }

    static String withoutWindows() {
        return "SELECT " + DERIVED + " FROM transactions";
    }

    static String busyShops() {
        return "SELECT TRANSACTION_ID" + aggregates("c") + aggregates("t") + " FROM transactions WINDOW " + windows(0);
    }

    private static String aggregates(String window) {
        return columns(window + "_count_%d", "count(*)", window)
                + columns(window + "_mean_%d", "avg(TX_AMOUNT)", window)
                + columns(window + "_stddev_%d", "stddev_pop(TX_AMOUNT)", window)
                + columns(window + "_max_%d", "max(TX_AMOUNT)", window);
    }

    private static String columns(String name, String aggregate, String window) {
        return IntStream.of(DAYS)
                .mapToObj(days -> ", coalesce(" + aggregate + " OVER " + window + days + ", 0) AS "
                        + name.replace("%d", Integer.toString(days)))
                .collect(Collectors.joining());
    }

    /** A customer's up to now; a terminal's up to some time ago, when the truth about them was known. */
    private static String windows(long delay) {
        return IntStream.of(DAYS)
                .mapToObj(days -> "c" + days + " AS (PARTITION BY CUSTOMER_ID" + range(days, 0) + "), t" + days
                        + " AS (PARTITION BY TERMINAL_ID" + range(days, delay) + ")")
                .collect(Collectors.joining(", "));
    }

    private static String range(int days, long delay) {
        return " ORDER BY second RANGE BETWEEN " + (days * 86_400L + delay - 1) + " PRECEDING AND "
                + (delay == 0 ? "CURRENT ROW" : delay + " PRECEDING");
    }

    /** The handbook's two features that need no past. */
    static Path writeSetWithoutWindows(Path directory) throws IOException {
        return Files.writeString(
                directory.resolve("no-windows.yaml"),
                setHeader("windowless") + "groups: []\nfeatures:\n"
                        + "  - {name: TX_DURING_WEEKEND, derive: day_of_week >= 6, "
                        + COMMON.replace("number", "flag").replace("unit: u", "unit: flag") + "}\n"
                        + "  - {name: TX_DURING_NIGHT, derive: hour <= 6, "
                        + COMMON.replace("number", "flag").replace("unit: u", "unit: flag") + "}\n");
    }

    /** Count, mean, standard deviation and maximum of both entities, with the tiles that a set has by default. */
    static Path writeBusySet(Path directory) throws IOException {
        StringBuilder text = new StringBuilder(setHeader("busy"));
        text.append("groups: [{entity: card, name: activity}, {entity: merchant, name: activity}]\nfeatures:\n");
        for (String entity : new String[] {"card", "merchant"}) {
            for (String aggregate : new String[] {"count", "mean", "stddev", "max"}) {
                for (int days : DAYS) {
                    text.append("  - {name: ")
                            .append(entity)
                            .append('_')
                            .append(aggregate)
                            .append('_')
                            .append(days);
                    text.append(", group: '")
                            .append(entity)
                            .append(":activity', aggregate: ")
                            .append(aggregate);
                    text.append(", window: ").append(days).append("d, includeCurrent: true, ");
                    text.append(COMMON).append("}\n");
                }
            }
        }
        return Files.writeString(directory.resolve("busy.yaml"), text);
    }

    private static String setHeader(String name) {
        return "featureSet: " + name + "\nversion: v1\nbaseCurrency: EUR\nlateness: 10m\n";
    }

    /** A seeded history with the handbook's columns. */
    static Path writeBusyShops(Path directory) throws IOException {
        Random random = new Random(23);
        Path file = directory.resolve("busy.csv");
        long step = SPAN.toSeconds() / PAYMENTS;
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO\n");
            for (int i = 0; i < PAYMENTS; i++) {
                LocalDateTime at = START.plusSeconds(i * step + random.nextInt((int) step));
                out.write(String.format(
                        Locale.ROOT,
                        "%d,%tFT%tT,%d,%d,%d.%02d,%d,0%n",
                        i,
                        at,
                        at,
                        random.nextInt(CARDS),
                        random.nextInt(SHOPS),
                        1 + random.nextInt(200),
                        random.nextInt(100),
                        random.nextInt(200) == 0 ? 1 : 0));
            }
        }
        return file;
    }
}
