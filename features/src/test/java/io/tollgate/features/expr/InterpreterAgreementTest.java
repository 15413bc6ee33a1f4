package io.tollgate.features.expr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.Program;
import io.tollgate.features.domain.GeoPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiled expressions against CEL's own interpreter of the same checked tree, on seeded random inputs. */
@SuppressWarnings(
        "Immutable") // CEL marks its function interfaces @Immutable; the lambdas here are, their own types are not
// marked
class InterpreterAgreementTest {
    private static final long SEED = 20_261_121L;
    private static final int INPUTS = 512;

    private static final Schema SCHEMA = Schema.builder()
            .number("a")
            .number("b")
            .number("c")
            .flag("p")
            .flag("q")
            .text("s")
            .text("t")
            .build();

    private static final double[] EVERYTHING = {
        0.0,
        -0.0,
        1,
        -1,
        2,
        100,
        0.5,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        9.007199254740992E15,
        1e300
    };

    private static final double[] NO_NAN =
            Arrays.stream(EVERYTHING).filter(x -> !Double.isNaN(x)).toArray();

    private static final String[] TEXTS = {"", "5411", "54", "DE", "ECOM", "de", "É", "541199"};

    private static final CelRuntime INTERPRETER = CelRuntimeFactory.plannerRuntimeBuilder()
            .addFunctionBindings(bindings())
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a + b",
                "a - b * c",
                "a / b",
                "-a",
                "-(a + 1.5) * -b",
                "7.0 / 2.0",
                "a / 3.0 - double(7 / 2)",
                "1",
                "7 / 2",
                "-7 / 2",
                "7 % 4",
                "-7 % 3",
                "7 % -3",
                "9223372036854775806 + 1",
                "-9223372036854775807 - 1",
                "-9223372036854775808",
                "9223372036854775807 / -1",
                "3037000499 * 3037000499",
                "9223372036854775807 - 9223372036854775807",
                "p ? 1 : 0",
                "(p ? 1 : 0) + (q ? 1 : 0)",
                "(p ? 10 : 3) / (q ? 2 : 4)",
                "(p ? 10 : 3) / (q ? -2 : -4)",
                "(p ? 10 : -3) % (q ? 2 : 4)",
                "(p ? 3037000499 : -3037000499) * (q ? 3037000499 : 1)",
                "-(p ? 5 : 6)",
                "p ? a : b",
                "p && q ? a : q ? b : c",
                "min(a, b)",
                "min(a, b, c)",
                "max(a, 1)",
                "max(a, b, 0)",
                "abs(a)",
                "abs(-3)",
                "sqrt(a)",
                "ln(a)",
                "log1p(a)",
                "floor(a / 3.0)",
                "coalesce(a, b)",
                "coalesce(a, 0)",
                "ratio(a, b, c)",
                "ratio(a, b, 0)",
                "km(a, b, c, a)",
                "km(52.5, 13.4, 48, 11.6)",
                "double(3) / 2.0",
                "double(p ? 3 : 4) * a",
                "s == '5411' ? log1p(a) : ratio(b, c, -1.0)",
                "((a + b) * (a - b)) / (c + 1.0)",
                "1e308 * 10.0 * a",
                "a + 0.1 + 0.2"
            })
    void number_equalsInterpreter_onRandomInputs(String source) throws Exception {
        compare(source, source, EVERYTHING, Expressions.compileNumber(SCHEMA, source)::evaluate);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a < b",
                "a <= b",
                "a > b",
                "a >= b",
                "a <= 0.5",
                "0.5 >= a",
                "1 < 2",
                "(p ? 1 : 0) + (q ? 1 : 0) >= 2",
                "(p ? 1 : 0) == (q ? 1 : 0)",
                "p",
                "!p",
                "p && q",
                "p || q",
                "p == q",
                "p != q",
                "p == true",
                "!(p && a > 1.0) || q && b < 0.0",
                "p ? q : a > b",
                "s == t",
                "s != t",
                "s == '5411'",
                "'DE' != s",
                "s in ['5411', 'DE', 'DE']",
                "!(s in ['5411'])",
                "s in [t, 'DE']",
                "s in []",
                "1 in [1, 2]",
                "s.startsWith('54')",
                "s.startsWith(t)",
                "s.endsWith('11')",
                "s.contains('41')",
                "s.contains(t)",
                "(p ? s : t) == 'ECOM'",
                "isNan(a)",
                "isNan(a + b)",
                "isNan(1)",
                "true",
                "p || false",
                "a > 1.0 && b > 1.0 && c > 1.0 && (s == 'DE' || t == 'DE')",
                "sqrt(a) > 3.0 || s in ['ECOM', 'MOTO'] && a * b > c"
            })
    void flag_equalsInterpreter_onRandomInputs(String source) throws Exception {
        compare(source, source, EVERYTHING, asNumber(Expressions.compileFlag(SCHEMA, source)));
    }

    /** CEL has no mixed arithmetic: the interpreter gets the same expression with integers written as doubles. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a * 2",
                "2 * a + 1",
                "a / 3 - 7",
                "p ? a : 0",
                "q ? 1 : b",
                "1 / a",
                "5 - a",
                "a + (p ? 1 : 0) * 2",
                "(p ? a : 3) / 2",
                "7.0 / 2",
                "a * 9007199254740992"
            })
    void mixedNumber_equalsInterpreter_onRandomInputs(String source) throws Exception {
        compare(source, withDoubles(source), EVERYTHING, Expressions.compileNumber(SCHEMA, source)::evaluate);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a > 100",
                "100 < a",
                "1 <= a",
                "a <= 1",
                "a >= 2",
                "a < 9007199254740992",
                "a + 1 > b * 2",
                "(p ? 1 : 2) <= a",
                "!(p && a > 1) || q && b < 0",
                "sqrt(a) > 3 && a != 5"
            })
    void mixedFlag_equalsInterpreter_onRandomInputs(String source) throws Exception {
        compare(source, withDoubles(source), EVERYTHING, asNumber(Expressions.compileFlag(SCHEMA, source)));
    }

    /** NaN is left out: the interpreter takes it as equal to itself, against CEL's specification and IEEE 754. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a == b",
                "a != b",
                "a == 1",
                "1 != a",
                "a != 1",
                "a == 0.0",
                "a in [1, 2]",
                "a in [0.5, 2.0]",
                "a in [1, 0.5, 100]",
                "a in [b, c]",
                "a in [b, 1.0]",
                "1 in [a, 2.0]",
                "a in [p ? b : 0, 3]"
            })
    void equality_equalsInterpreter_onRandomInputsButNan(String source) throws Exception {
        compare(source, withDoubles(source), NO_NAN, asNumber(Expressions.compileFlag(SCHEMA, source)));
    }

    @Test
    void number_equalsInterpreter_onRandomTrees() throws Exception {
        Random random = new Random(SEED);
        for (int i = 0; i < 150; i++) {
            String source = randomNumber(random, 5);
            NumberExpression compiled = Expressions.compileNumber(SCHEMA, source);
            compare(source, withDoubles(source), EVERYTHING, compiled::evaluate);
        }
    }

    private static String randomNumber(Random random, int depth) {
        if (depth == 0) {
            return List.of("a", "b", "c", "1.5", "3", "0").get(random.nextInt(6));
        }
        String x = randomNumber(random, depth - 1);
        String y = randomNumber(random, random.nextInt(depth));
        return switch (random.nextInt(9)) {
            case 0 -> "(" + x + " + " + y + ")";
            case 1 -> "(" + x + " - a * " + y + ")";
            case 2 -> "(b + " + x + ") * " + y + " * 0.5";
            case 3 -> "(c - " + x + ") / (" + y + " + a)";
            case 4 -> "max(" + x + ", " + y + ")";
            case 5 -> "coalesce(" + x + ", " + y + ")";
            case 6 -> "(" + x + " < " + y + " && p ? a : " + y + " + 0.0)";
            case 7 -> "ratio(" + x + ", " + y + ", 0)";
            default -> "(s == t || " + x + " >= b ? c : 2)";
        };
    }

    private interface Compiled {
        double value(Slots slots);
    }

    private static String withDoubles(String source) {
        return source.replaceAll("(?<![\\w.])(\\d+)(?![\\w.])", "$1.0");
    }

    private static Compiled asNumber(FlagExpression flag) {
        return slots -> flag.test(slots) ? 1 : 0;
    }

    private static void compare(String source, String interpreted, double[] special, Compiled compiled)
            throws Exception {
        CelAbstractSyntaxTree tree = SCHEMA.frontEnd().check(interpreted);
        Program program = INTERPRETER.createProgram(tree);
        Random random = new Random(SEED);
        Slots slots = SCHEMA.newSlots();
        for (int i = 0; i < INPUTS; i++) {
            Map<String, Object> activation = randomInput(random, special, slots);
            double expected = asDouble(program.eval(activation));
            assertThat(compiled.value(slots))
                    .as("%s on %s (seed %d)", source, activation, SEED)
                    .matches(
                            actual -> actual == expected || (Double.isNaN(actual) && Double.isNaN(expected)),
                            "is " + expected);
        }
    }

    private static Map<String, Object> randomInput(Random random, double[] special, Slots slots) {
        Map<String, Object> activation = new HashMap<>();
        for (String name : SCHEMA.names()) {
            int slot = SCHEMA.slot(name);
            switch (name) {
                case "a", "b", "c" -> {
                    double value = random.nextBoolean()
                            ? special[random.nextInt(special.length)]
                            : random.nextGaussian() * Math.pow(10, random.nextInt(7));
                    slots.setNumber(slot, value);
                    activation.put(name, value);
                }
                case "p", "q" -> {
                    boolean value = random.nextBoolean();
                    slots.setFlag(slot, value);
                    activation.put(name, value);
                }
                default -> {
                    String value = TEXTS[random.nextInt(TEXTS.length)];
                    slots.setText(slot, value);
                    activation.put(name, value);
                }
            }
        }
        return activation;
    }

    private static double asDouble(Object value) {
        return value instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) value).doubleValue();
    }

    /** What the interpreter lacks, written a second time and independently of the compiler. */
    private static List<CelFunctionBinding> bindings() {
        List<CelFunctionBinding> bindings = new ArrayList<>();
        unary(bindings, "abs", Math::abs);
        unary(bindings, "sqrt", Math::sqrt);
        unary(bindings, "ln", StrictMath::log);
        unary(bindings, "log1p", StrictMath::log1p);
        unary(bindings, "floor", Math::floor);
        function(bindings, "min", 2, x -> Math.min(x[0], x[1]));
        function(bindings, "min", 3, x -> Math.min(x[0], Math.min(x[1], x[2])));
        function(bindings, "max", 2, x -> Math.max(x[0], x[1]));
        function(bindings, "max", 3, x -> Math.max(x[0], Math.max(x[1], x[2])));
        function(bindings, "coalesce", 2, x -> Double.isNaN(x[0]) ? x[1] : x[0]);
        function(bindings, "ratio", 3, x -> {
            double quotient = x[0] / x[1];
            return Double.isNaN(quotient) || Double.isInfinite(quotient) ? x[2] : quotient;
        });
        function(bindings, "km", 4, x -> GeoPoint.distanceKm(x[0], x[1], x[2], x[3]));
        bindings.add(CelFunctionBinding.from("tollgate_isNan_1", Number.class, x -> Double.isNaN(x.doubleValue())));
        return bindings;
    }

    private static void unary(List<CelFunctionBinding> bindings, String name, DoubleUnaryOperator operator) {
        bindings.add(CelFunctionBinding.from(
                "tollgate_" + name + "_1", Number.class, x -> operator.applyAsDouble(x.doubleValue())));
    }

    private interface OfDoubles {
        double apply(double[] x);
    }

    private static void function(List<CelFunctionBinding> bindings, String name, int arity, OfDoubles f) {
        List<Class<?>> types = new ArrayList<>();
        for (int i = 0; i < arity; i++) {
            types.add(Number.class);
        }
        bindings.add(CelFunctionBinding.from("tollgate_" + name + "_" + arity, types, arguments -> {
            double[] x = new double[arguments.length];
            for (int i = 0; i < x.length; i++) {
                x[i] = ((Number) arguments[i]).doubleValue();
            }
            return f.apply(x);
        }));
    }
}
