package io.tollgate.features.expr;

import io.tollgate.features.domain.GeoPoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The functions that CEL's standard library lacks. All parameters are numbers. Logarithms are StrictMath's, whose results
 * are the same to the last bit on every machine, as features that are compared across machines must be.
 */
final class Functions {
    /**
     * @param name as it is written
     * @param parameters for messages
     */
    record Function(String name, List<String> parameters, boolean isCondition, Translation translation) {
        int arity() {
            return parameters.size();
        }

        String overloadId() {
            return "tollgate_" + name + "_" + arity();
        }

        String usage() {
            return "`" + name + "(" + String.join(", ", parameters) + ")`";
        }
    }

    static final List<Function> ALL = List.of(
            number("min", List.of("a", "b"), Functions::min2),
            number("min", List.of("a", "b", "c"), Functions::min3),
            number("max", List.of("a", "b"), Functions::max2),
            number("max", List.of("a", "b", "c"), Functions::max3),
            number("abs", List.of("x"), call -> of(call.number(0).code(), Math::abs)),
            number("sqrt", List.of("x"), call -> of(call.number(0).code(), Math::sqrt)),
            number("ln", List.of("x"), call -> of(call.number(0).code(), StrictMath::log)),
            number("log1p", List.of("x"), call -> of(call.number(0).code(), StrictMath::log1p)),
            number("floor", List.of("x"), call -> of(call.number(0).code(), Math::floor)),
            number("coalesce", List.of("x", "default"), Functions::coalesce),
            number("ratio", List.of("numerator", "denominator", "default"), Functions::ratio),
            number("km", List.of("lat1", "lon1", "lat2", "lon2"), Functions::km),
            new Function("isNan", List.of("x"), true, Functions::isNan));

    static final Set<String> NAMES = ALL.stream().map(Function::name).collect(Collectors.toUnmodifiableSet());

    private static final Map<String, String> USAGE = ALL.stream()
            .collect(Collectors.toUnmodifiableMap(Function::name, Function::usage, (a, b) -> a + " or " + b));

    private Functions() {}

    /** How the function is to be called, or nothing if there is none of that name. */
    static String usage(String name) {
        return USAGE.getOrDefault(name, "");
    }

    private static Function number(String name, List<String> parameters, Translation translation) {
        return new Function(name, parameters, false, translation);
    }

    @FunctionalInterface
    private interface OfDouble {
        double apply(double x);
    }

    private static Operand of(Code.OfNumber x, OfDouble f) {
        return Operand.Real.computed(s -> f.apply(x.evaluate(s)));
    }

    private static Operand min2(Call call) throws ExpressionException {
        Code.OfNumber a = call.number(0).code();
        Code.OfNumber b = call.number(1).code();
        return Operand.Real.computed(s -> Math.min(a.evaluate(s), b.evaluate(s)));
    }

    private static Operand min3(Call call) throws ExpressionException {
        Code.OfNumber a = call.number(0).code();
        Code.OfNumber b = call.number(1).code();
        Code.OfNumber c = call.number(2).code();
        return Operand.Real.computed(s -> Math.min(Math.min(a.evaluate(s), b.evaluate(s)), c.evaluate(s)));
    }

    private static Operand max2(Call call) throws ExpressionException {
        Code.OfNumber a = call.number(0).code();
        Code.OfNumber b = call.number(1).code();
        return Operand.Real.computed(s -> Math.max(a.evaluate(s), b.evaluate(s)));
    }

    private static Operand max3(Call call) throws ExpressionException {
        Code.OfNumber a = call.number(0).code();
        Code.OfNumber b = call.number(1).code();
        Code.OfNumber c = call.number(2).code();
        return Operand.Real.computed(s -> Math.max(Math.max(a.evaluate(s), b.evaluate(s)), c.evaluate(s)));
    }

    private static Operand coalesce(Call call) throws ExpressionException {
        Code.OfNumber value = call.number(0).code();
        Code.OfNumber otherwise = call.number(1).code();
        return Operand.Real.computed(s -> {
            double v = value.evaluate(s);
            return Double.isNaN(v) ? otherwise.evaluate(s) : v;
        });
    }

    private static Operand ratio(Call call) throws ExpressionException {
        Code.OfNumber numerator = call.number(0).code();
        Code.OfNumber denominator = call.number(1).code();
        Code.OfNumber otherwise = call.number(2).code();
        return Operand.Real.computed(s -> {
            double quotient = numerator.evaluate(s) / denominator.evaluate(s);
            return Double.isFinite(quotient) ? quotient : otherwise.evaluate(s);
        });
    }

    private static Operand km(Call call) throws ExpressionException {
        Code.OfNumber lat1 = call.number(0).code();
        Code.OfNumber lon1 = call.number(1).code();
        Code.OfNumber lat2 = call.number(2).code();
        Code.OfNumber lon2 = call.number(3).code();
        return Operand.Real.computed(
                s -> GeoPoint.distanceKm(lat1.evaluate(s), lon1.evaluate(s), lat2.evaluate(s), lon2.evaluate(s)));
    }

    private static Operand isNan(Call call) throws ExpressionException {
        Code.OfNumber value = call.number(0).code();
        return Operand.Flag.computed(s -> Double.isNaN(value.evaluate(s)));
    }
}
