package io.tollgate.bench.service;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What Feast's servers are given and asked for: a view for each entity of a payment, with the features that a set reads of
 * it, and for each card, device, merchant and address the values that Tollgate serves for its first payment. Features
 * that are computed from the payment and from other features are left out: Feast would need Python of its user's for
 * them. Immutable.
 */
final class FeastTown {
    private final List<View> views = new ArrayList<>();

    /**
     * The features of one entity.
     *
     * @param name of the view, of its file and of the key in a request
     * @param slots of its features in the vector
     * @param rows values by id, in the order of the features
     */
    private record View(
            EntityType type, String name, List<FeatureSpec> features, List<Integer> slots, Map<String, double[]> rows) {

        void add(Authorization payment, double[] vector) {
            rows.computeIfAbsent(
                    id(type, payment),
                    id -> slots.stream().mapToDouble(slot -> vector[slot]).toArray());
        }

        double[] row(Authorization payment) {
            double[] row = rows.get(id(type, payment));
            if (row == null) {
                throw new IllegalArgumentException("a payment of another town");
            }
            return row;
        }
    }

    /**
     * @param payments all that will be asked for
     * @param vector the values of a payment, in the order of the set's features
     */
    FeastTown(FeatureSet set, List<Authorization> payments, Function<Authorization, double[]> vector) {
        for (EntityType type : EntityType.values()) {
            View view = viewOf(set, type);
            if (!view.features.isEmpty()) {
                views.add(view);
            }
        }
        for (Authorization payment : payments) {
            double[] values = vector.apply(payment);
            views.forEach(view -> view.add(payment, values));
        }
    }

    private static View viewOf(FeatureSet set, EntityType type) {
        View view = new View(type, type.lowerCase(), new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
        for (int slot = 0; slot < set.features().size(); slot++) {
            FeatureSpec feature = set.features().get(slot);
            if (feature.definition() instanceof FeatureSpec.Aggregate aggregate
                    && set.groups().get(aggregate.group()).entity() == type) {
                view.features.add(feature);
                view.slots.add(slot);
            }
        }
        return view;
    }

    private static String id(EntityType type, Authorization payment) {
        return switch (type) {
            case CARD -> payment.card().token().value();
            case ACCOUNT -> Objects.requireNonNull(payment.card().accountId()).value();
            case MERCHANT -> payment.merchant().id().value();
            case DEVICE -> Objects.requireNonNull(device(payment).id()).value();
            case IP -> Objects.requireNonNull(device(payment).ip());
        };
    }

    /** A town's payments have one, with an id and an address. */
    private static Authorization.Device device(Authorization payment) {
        return Objects.requireNonNull(payment.device());
    }

    /** How many features a request is answered with. */
    int features() {
        return views.stream().mapToInt(view -> view.features.size()).sum();
    }

    /** Writes features.csv (view,feature,type) and, for each view, its rows, as {@code publish.py} reads them. */
    void write(Path directory) throws IOException {
        StringBuilder features = new StringBuilder("view,feature,type\n");
        for (View view : views) {
            for (FeatureSpec feature : view.features) {
                String type = isWhole(feature) ? "Int64" : "Float64";
                features.append(String.join(",", view.name, feature.name(), type))
                        .append('\n');
            }
            Files.writeString(directory.resolve(view.name + ".csv"), csv(view));
        }
        Files.writeString(directory.resolve("features.csv"), features);
    }

    private static String csv(View view) {
        StringBuilder csv = new StringBuilder(view.name);
        view.features.forEach(feature -> csv.append(',').append(feature.name()));
        csv.append('\n');
        view.rows.forEach((id, row) -> {
            csv.append(id);
            for (int i = 0; i < row.length; i++) {
                csv.append(',').append(cell(view.features.get(i), row[i]));
            }
            csv.append('\n');
        });
        return csv.toString();
    }

    private static boolean isWhole(FeatureSpec feature) {
        return feature.type() != FeatureSpec.ValueType.NUMBER;
    }

    private static String cell(FeatureSpec feature, double value) {
        if (!isWhole(feature)) {
            return Double.toString(value);
        }
        if (value != Math.rint(value)) {
            throw new IllegalStateException(feature.name() + " is declared whole and is " + value);
        }
        return Long.toString((long) value);
    }

    /** The body of a request for all features of a payment's entities; a town's names need no escapes. */
    String body(Authorization payment) {
        String features = views.stream()
                .flatMap(view -> view.features.stream().map(feature -> quoted(view.name + ":" + feature.name())))
                .collect(Collectors.joining(","));
        String entities = views.stream()
                .map(view -> quoted(view.name) + ":[" + quoted(id(view.type, payment)) + "]")
                .collect(Collectors.joining(","));
        return "{\"features\":[" + features + "],\"entities\":{" + entities + "}}";
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    /** What an answer must hold: values by the features' names. */
    Map<String, Double> expected(Authorization payment) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (View view : views) {
            double[] row = view.row(payment);
            for (int i = 0; i < row.length; i++) {
                values.put(view.features.get(i).name(), row[i]);
            }
        }
        return values;
    }
}
