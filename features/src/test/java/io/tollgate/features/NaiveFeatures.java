package io.tollgate.features;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.FeatureSpec.Aggregate;
import io.tollgate.features.spec.Window;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The definition of every aggregation, written as plainly as it reads: loops over raw events. It shares no code with the
 * engine but the domain types.
 */
final class NaiveFeatures {
    private final List<FeatureEvent> events;

    NaiveFeatures(List<? extends FeatureEvent> events) {
        this.events = List.copyOf(events);
    }

    /**
     * @param where what the feature's {@code where} means
     * @param of what its {@code of} means
     */
    double value(
            FeatureSpec feature,
            FeatureEvent.Decided current,
            Predicate<FeatureEvent.Decided> where,
            Predicate<FeatureEvent.Decided> of) {
        Aggregate aggregate = (Aggregate) feature.definition();
        List<FeatureEvent.Decided> before =
                before(current).stream().filter(where).toList();
        Window window = aggregate.window();
        List<FeatureEvent.Decided> in = new ArrayList<>();
        if (window != null) {
            long tile = switch (aggregate.aggregation()) {
                case DISTINCT, IS_NEW -> 1;
                default -> window.tile().toSeconds();
            };
            before.stream()
                    .filter(p -> inWindow(p.authorization(), current, window, tile))
                    .forEach(in::add);
            if (aggregate.includeCurrent() && where.test(current)) {
                in.add(current);
            }
        }
        double none = feature.defaultValue();
        List<Long> cents = in.stream().map(p -> cents(p.authorization())).toList();
        double n = in.size();
        double sum = cents.stream().mapToLong(Long::longValue).sum();
        return switch (aggregate.aggregation()) {
            case COUNT -> n;
            case SUM -> sum / 100;
            case MEAN -> n == 0 ? none : sum / 100 / n;
            case STDDEV -> n == 0 ? none : deviation(cents);
            case MIN -> cents.stream().mapToDouble(c -> c / 100.0).min().orElse(none);
            case MAX -> cents.stream().mapToDouble(c -> c / 100.0).max().orElse(none);
            case RATE -> n == 0 ? none : in.stream().filter(of).count() / n;
            case DISTINCT ->
                in.stream()
                        .map(p -> field(aggregate, p))
                        .filter(v -> !v.isEmpty())
                        .distinct()
                        .count();
            case FRAUD_COUNT -> frauds(in, current);
            case FRAUD_RATE -> n == 0 ? none : frauds(in, current) / n;
            case IS_NEW ->
                !field(aggregate, current).isEmpty()
                                && in.stream()
                                        .noneMatch(p -> field(aggregate, p).equals(field(aggregate, current)))
                        ? 1
                        : 0;
            case LAST_AMOUNT ->
                before.isEmpty() ? none : cents(before.get(before.size() - 1).authorization()) / 100.0;
            case SECONDS_SINCE_LAST ->
                before.isEmpty()
                        ? none
                        : (current.timeMs() - before.get(before.size() - 1).timeMs()) / 1000.0;
            case SECONDS_SINCE_FIRST ->
                before.isEmpty() ? none : (current.timeMs() - before.get(0).timeMs()) / 1000.0;
            case KM_FROM_LAST -> travel(before, current, none, false);
            case KMH_FROM_LAST -> travel(before, current, none, true);
            case REFERENCE -> throw new IllegalArgumentException("not of payments");
        };
    }

    private List<FeatureEvent.Decided> before(FeatureEvent.Decided current) {
        List<FeatureEvent.Decided> before = new ArrayList<>();
        for (FeatureEvent event : events) {
            if (event instanceof FeatureEvent.Decided p
                    && (p.timeMs() < current.timeMs()
                            || (p.timeMs() == current.timeMs()
                                    && TransactionId.compare(p.eventId(), current.eventId()) < 0))) {
                before.add(p);
            }
        }
        before.sort(Comparator.comparingLong(FeatureEvent.Decided::timeMs)
                .thenComparing(FeatureEvent.Decided::eventId, TransactionId::compare));
        return before;
    }

    /** Tile starts after the tail; for a delayed window, the tile's last second not after the head. */
    private static boolean inWindow(Authorization p, FeatureEvent.Decided current, Window window, long tile) {
        long headMs = current.timeMs() - window.delay().toMillis();
        long tailMs = headMs - window.length().toMillis();
        long tileStart = Math.floorDiv(p.occurredAt().getEpochSecond(), tile) * tile;
        boolean afterTail = tileStart * 1000 > tailMs;
        boolean beforeHead = window.delay().isZero() || (tileStart + tile - 1) * 1000 <= headMs;
        return afterTail && beforeHead;
    }

    private double frauds(List<FeatureEvent.Decided> in, FeatureEvent.Decided current) {
        Set<String> known = new HashSet<>();
        for (FeatureEvent event : events) {
            if (event instanceof FeatureEvent.Outcome o && o.fraud() && o.timeMs() <= current.timeMs()) {
                known.add(o.transactionId().value());
            }
        }
        return in.stream().filter(p -> known.contains(p.eventId())).count();
    }

    private static double deviation(List<Long> cents) {
        double mean = cents.stream().mapToLong(Long::longValue).average().orElse(0);
        double squares =
                cents.stream().mapToDouble(c -> (c - mean) * (c - mean)).sum();
        return Math.sqrt(squares / cents.size()) / 100;
    }

    private static double travel(
            List<FeatureEvent.Decided> before, FeatureEvent.Decided current, double none, boolean speed) {
        GeoPoint here = current.authorization().location();
        for (int i = before.size() - 1; i >= 0; i--) {
            GeoPoint there = before.get(i).authorization().location();
            if (here != null && there != null) {
                double km = GeoPoint.distanceKm(there.lat(), there.lon(), here.lat(), here.lon());
                double hours = (current.timeMs() - before.get(i).timeMs()) / 3_600_000.0;
                return speed ? (hours == 0 ? none : km / hours) : km;
            }
        }
        return none;
    }

    private static long cents(Authorization a) {
        return a.amount().value().movePointRight(2).longValueExact();
    }

    private static String field(Aggregate aggregate, FeatureEvent.Decided p) {
        Authorization a = p.authorization();
        return switch (java.util.Objects.requireNonNull(aggregate.field())) {
            case MERCHANT -> a.merchant().id().value();
            case CATEGORY_CODE -> a.merchant().categoryCode();
            case DEVICE ->
                a.device() == null || a.device().id() == null
                        ? ""
                        : a.device().id().value();
            default -> throw new IllegalArgumentException("not in these tests");
        };
    }
}
