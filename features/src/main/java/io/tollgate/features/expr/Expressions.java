package io.tollgate.features.expr;

import dev.cel.common.CelAbstractSyntaxTree;

/**
 * Compiles expressions.
 *
 * <p>The language is CEL with three types: number (CEL's double), text and flag.
 *
 * <ul>
 *   <li>{@code + - * /} and {@code < <= > >= == !=} on numbers; integer literals mix with numbers ({@code amount > 100}).
 *       Between integers alone CEL's integer arithmetic holds, so {@code 7 / 2} is 3 and {@code 7.0 / 2} is 3.5.
 *   <li>{@code && || !}, {@code c ? a : b}, {@code ==} and {@code !=} on texts and flags.
 *   <li>{@code x in [a, b]} for numbers and texts; {@code startsWith}, {@code endsWith}, {@code contains} on texts.
 *   <li>{@code min max abs sqrt ln log1p floor}, {@code isNan(x)}, {@code coalesce(x, d)} (d where x is NaN), {@code
 *       ratio(a, b, d)} (a / b, or d where that is not finite), {@code km(lat1, lon1, lat2, lon2)} (great-circle
 *       distance), {@code double(i)}.
 * </ul>
 *
 * <p>Expressions are total: what could fail at run time (integer overflow, integer division by zero) is refused here,
 * as is everything else of CEL. Numbers follow IEEE 754: a comparison with NaN is false, {@code !=} is true. Values
 * equal those of CEL's own interpreter; a seeded test compares the two.
 */
public final class Expressions {
    private Expressions() {}

    /**
     * Compiles an expression whose value is a number; an integer becomes one.
     *
     * @throws ExpressionException if the expression does not parse, names what the schema lacks, mixes types, uses what
     *     the language lacks, or is too long or too deep
     */
    public static NumberExpression compileNumber(Schema schema, String source) throws ExpressionException {
        TreeCompiler compiler = compiler(schema, source);
        Operand value = compiler.compile();
        if (value instanceof Operand.Whole integer) {
            value = integer.toNumber();
        }
        if (!(value instanceof Operand.Real number)) {
            String remedy = value instanceof Operand.Flag ? "; write `... ? 1 : 0`" : "";
            throw new ExpressionException(
                    1, 1, "the value is a " + value.typeName() + " where a number is wanted" + remedy);
        }
        return new NumberExpression(source, compiler.variables(), number.code());
    }

    /**
     * Compiles a condition.
     *
     * @throws ExpressionException as {@link #compileNumber}
     */
    public static FlagExpression compileFlag(Schema schema, String source) throws ExpressionException {
        TreeCompiler compiler = compiler(schema, source);
        Operand value = compiler.compile();
        if (!(value instanceof Operand.Flag flag)) {
            throw new ExpressionException(
                    1,
                    1,
                    "the value is a " + value.typeName()
                            + " where a condition is wanted; compare it with something, such as `... > 0`");
        }
        return new FlagExpression(source, compiler.variables(), flag.code());
    }

    private static TreeCompiler compiler(Schema schema, String source) throws ExpressionException {
        CelAbstractSyntaxTree tree = schema.frontEnd().check(source);
        return new TreeCompiler(schema, tree);
    }
}
