package io.tollgate.features.expr;

import org.jspecify.annotations.Nullable;

/**
 * CEL's arithmetic on 64-bit integers: division truncates, overflow and division by zero are errors. Bounds are carried
 * along (interval arithmetic), and a call whose bounds admit an error is refused.
 */
final class IntegerArithmetic {
    private static final String REMEDY = "; make it a calculation with numbers by writing one side with `.0`";

    private IntegerArithmetic() {}

    static Operand add(Call call) throws ExpressionException {
        Operand.Whole a = call.integer(0);
        Operand.Whole b = call.integer(1);
        try {
            return new Operand.Whole(
                    s -> a.code().evaluate(s) + b.code().evaluate(s),
                    Math.addExact(a.lo(), b.lo()),
                    Math.addExact(a.hi(), b.hi()));
        } catch (ArithmeticException e) {
            throw overflow(call, e);
        }
    }

    static Operand subtract(Call call) throws ExpressionException {
        Operand.Whole a = call.integer(0);
        Operand.Whole b = call.integer(1);
        try {
            return new Operand.Whole(
                    s -> a.code().evaluate(s) - b.code().evaluate(s),
                    Math.subtractExact(a.lo(), b.hi()),
                    Math.subtractExact(a.hi(), b.lo()));
        } catch (ArithmeticException e) {
            throw overflow(call, e);
        }
    }

    static Operand multiply(Call call) throws ExpressionException {
        Operand.Whole a = call.integer(0);
        Operand.Whole b = call.integer(1);
        try {
            return bounded(
                    s -> a.code().evaluate(s) * b.code().evaluate(s),
                    Math.multiplyExact(a.lo(), b.lo()),
                    Math.multiplyExact(a.lo(), b.hi()),
                    Math.multiplyExact(a.hi(), b.lo()),
                    Math.multiplyExact(a.hi(), b.hi()));
        } catch (ArithmeticException e) {
            throw overflow(call, e);
        }
    }

    static Operand divide(Call call) throws ExpressionException {
        Operand.Whole a = call.integer(0);
        Operand.Whole b = call.integer(1);
        requireNoZero(call, b);
        requireNoMinByMinusOne(call, a, b);
        return bounded(
                s -> a.code().evaluate(s) / b.code().evaluate(s),
                a.lo() / b.lo(),
                a.lo() / b.hi(),
                a.hi() / b.lo(),
                a.hi() / b.hi());
    }

    static Operand modulo(Call call) throws ExpressionException {
        Operand.Whole a = call.integer(0);
        Operand.Whole b = call.integer(1);
        requireNoZero(call, b);
        requireNoMinByMinusOne(call, a, b);
        Code.OfInteger code = s -> a.code().evaluate(s) % b.code().evaluate(s);
        if (a.constant() && b.constant()) {
            return Operand.Whole.of(a.lo() % b.lo());
        }
        return new Operand.Whole(code, Math.min(0, a.lo()), Math.max(0, a.hi()));
    }

    static Operand negate(Call call) throws ExpressionException {
        Operand.Whole a = call.integer(0);
        try {
            return new Operand.Whole(s -> -a.code().evaluate(s), Math.negateExact(a.hi()), Math.negateExact(a.lo()));
        } catch (ArithmeticException e) {
            throw overflow(call, e);
        }
    }

    private static Operand bounded(Code.OfInteger code, long... corners) {
        long lo = corners[0];
        long hi = corners[0];
        for (long corner : corners) {
            lo = Math.min(lo, corner);
            hi = Math.max(hi, corner);
        }
        return new Operand.Whole(code, lo, hi);
    }

    private static void requireNoZero(Call call, Operand.Whole divisor) throws ExpressionException {
        if (divisor.lo() <= 0 && divisor.hi() >= 0) {
            throw call.refusal("integer division by zero is possible" + REMEDY + " or use `ratio(a, b, default)`");
        }
    }

    private static void requireNoMinByMinusOne(Call call, Operand.Whole a, Operand.Whole b) throws ExpressionException {
        if (a.lo() == Long.MIN_VALUE && b.lo() <= -1 && b.hi() >= -1) {
            throw overflow(call, null);
        }
    }

    private static ExpressionException overflow(Call call, @Nullable Throwable cause) {
        ExpressionException refusal = call.refusal("the integers can overflow 64 bits" + REMEDY);
        if (cause != null) {
            refusal.initCause(cause);
        }
        return refusal;
    }
}
