package io.tollgate.features;

import io.tollgate.features.domain.Money;
import io.tollgate.features.yaml.YamlMapping;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Dated rates of exchange to the base currency: a payment is converted at the newest rate that is not newer than its
 * own day (UTC). Immutable, thread-safe.
 */
public final class CurrencyRates {
    private static final BigDecimal CENTS = BigDecimal.valueOf(100);
    private static final int CENT_DIGITS = 2;

    private final String base;
    private final Map<String, NavigableMap<Long, BigDecimal>> ratesByCurrency;

    private CurrencyRates(String base, Map<String, NavigableMap<Long, BigDecimal>> ratesByCurrency) {
        this.base = base;
        this.ratesByCurrency = ratesByCurrency;
    }

    /** The table that comes with Tollgate: round figures, for real use to replace. */
    public static CurrencyRates builtIn() {
        try (InputStream in = CurrencyRates.class.getResourceAsStream("rates.yaml")) {
            if (in == null) {
                throw new IllegalStateException("resource rates.yaml is missing");
            }
            return read("rates.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @throws io.tollgate.features.yaml.YamlException when the text is no table of rates
     */
    public static CurrencyRates read(String source, String text) {
        YamlMapping file = YamlMapping.parse(source, text);
        Map<String, NavigableMap<Long, BigDecimal>> rates = new HashMap<>();
        for (YamlMapping entry : file.mappings("tables")) {
            long day = day(entry);
            YamlMapping table = entry.mapping("rates");
            for (String currency : table.keys()) {
                double rate = table.number(currency, Double.NaN);
                if (!(rate > 0 && rate < 1e9)) {
                    throw table.error(currency, "must be a positive rate: units of the base currency for one of it");
                }
                rates.computeIfAbsent(currency, c -> new TreeMap<>()).put(day, BigDecimal.valueOf(rate));
            }
            entry.done();
        }
        String base = file.text("base");
        file.done();
        return new CurrencyRates(base, rates);
    }

    /** ISO 4217 code that amounts are converted to. */
    public String base() {
        return base;
    }

    /**
     * The same rates to another base: what a unit of each currency is worth in units of the other.
     *
     * @throws IllegalArgumentException when this table has no rate for it, or several
     */
    public CurrencyRates rebased(String newBase) {
        if (newBase.equals(base)) {
            return this;
        }
        NavigableMap<Long, BigDecimal> toOldBase = ratesByCurrency.get(newBase);
        if (toOldBase == null || toOldBase.size() != 1) {
            throw new IllegalArgumentException("cannot turn rates to " + base + " into rates to " + newBase
                    + ": the table must have exactly one rate for it; give a table with base " + newBase);
        }
        BigDecimal unit = toOldBase.firstEntry().getValue();
        Map<String, NavigableMap<Long, BigDecimal>> turned = new HashMap<>();
        ratesByCurrency.forEach((currency, table) -> {
            NavigableMap<Long, BigDecimal> rates = new TreeMap<>();
            table.forEach((day, rate) -> rates.put(day, rate.divide(unit, MathContext.DECIMAL64)));
            turned.put(currency, rates);
        });
        turned.put(
                base, new TreeMap<>(Map.of(toOldBase.firstKey(), BigDecimal.ONE.divide(unit, MathContext.DECIMAL64))));
        return new CurrencyRates(newBase, turned);
    }

    /** Whether amounts of this currency can be converted at that instant. */
    public boolean covers(String currency, Instant at) {
        return currency.equals(base) || rate(currency, at) != null;
    }

    /**
     * Hundredths of the base currency's major unit, rounded half to even.
     *
     * @throws IllegalArgumentException when there is no rate; ask {@link #covers} first
     */
    public long toBaseCents(Money amount, Instant at) {
        BigDecimal value = amount.value();
        if (amount.currency().equals(base)) {
            int digits = CENT_DIGITS - value.scale();
            if (digits == 0 || digits == CENT_DIGITS) { // nearly always, and without rounding
                return Math.multiplyExact(value.unscaledValue().longValueExact(), digits == 0 ? 1L : 100L);
            }
        } else {
            BigDecimal rate = rate(amount.currency(), at);
            if (rate == null) {
                throw new IllegalArgumentException("no rate from " + amount.currency() + " to " + base + " at " + at
                        + "; add it to the rates table");
            }
            value = value.multiply(rate);
        }
        return value.multiply(CENTS).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
    }

    private @Nullable BigDecimal rate(String currency, Instant at) {
        NavigableMap<Long, BigDecimal> table = ratesByCurrency.get(currency);
        if (table == null) {
            return null;
        }
        var entry = table.floorEntry(LocalDate.ofInstant(at, ZoneOffset.UTC).toEpochDay());
        return entry == null ? null : entry.getValue();
    }

    private static long day(YamlMapping entry) {
        try {
            return LocalDate.parse(entry.text("from")).toEpochDay();
        } catch (DateTimeException e) {
            throw entry.error("from", "must be a date such as 2026-01-01");
        }
    }
}
