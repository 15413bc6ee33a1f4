package io.tollgate.features.expr;

/**
 * Logic, the conditional and equality of texts and flags. No operand can fail, so CEL's rule that an error on one side
 * of {@code &&} or {@code ||} is absorbed by the other never comes to bear, and Java's short circuit has the same value.
 */
final class Logic {
    private Logic() {}

    static Operand and(Call call) throws ExpressionException {
        Code.OfFlag a = call.flag(0).code();
        Code.OfFlag b = call.flag(1).code();
        return Operand.Flag.computed(s -> a.test(s) && b.test(s));
    }

    static Operand or(Call call) throws ExpressionException {
        Code.OfFlag a = call.flag(0).code();
        Code.OfFlag b = call.flag(1).code();
        return Operand.Flag.computed(s -> a.test(s) || b.test(s));
    }

    static Operand not(Call call) throws ExpressionException {
        Code.OfFlag a = call.flag(0).code();
        return Operand.Flag.computed(s -> !a.test(s));
    }

    static Operand conditional(Call call) throws ExpressionException {
        Code.OfFlag condition = call.flag(0).code();
        Operand then = call.operand(1);
        Operand otherwise = call.operand(2);
        if (then instanceof Operand.Flag a && otherwise instanceof Operand.Flag b) {
            return Operand.Flag.computed(
                    s -> condition.test(s) ? a.code().test(s) : b.code().test(s));
        }
        if (then instanceof Operand.Text a && otherwise instanceof Operand.Text b) {
            return Operand.Text.computed(
                    s -> condition.test(s) ? a.code().evaluate(s) : b.code().evaluate(s));
        }
        if (then instanceof Operand.Whole a && otherwise instanceof Operand.Whole b) {
            return new Operand.Whole(
                    s -> condition.test(s) ? a.code().evaluate(s) : b.code().evaluate(s),
                    Math.min(a.lo(), b.lo()),
                    Math.max(a.hi(), b.hi()));
        }
        Code.OfNumber a = call.number(1).code();
        Code.OfNumber b = call.number(2).code();
        return Operand.Real.computed(s -> condition.test(s) ? a.evaluate(s) : b.evaluate(s));
    }

    static Operand equal(Call call) throws ExpressionException {
        if (call.operand(0) instanceof Operand.Text a) {
            Code.OfText left = a.code();
            Code.OfText right = call.text(1).code();
            return Operand.Flag.computed(s -> left.evaluate(s).equals(right.evaluate(s)));
        }
        if (call.operand(0) instanceof Operand.Flag a) {
            Code.OfFlag left = a.code();
            Code.OfFlag right = call.flag(1).code();
            return Operand.Flag.computed(s -> left.test(s) == right.test(s));
        }
        return NumberOperators.compare(call);
    }

    static Operand notEqual(Call call) throws ExpressionException {
        if (call.operand(0) instanceof Operand.Text || call.operand(0) instanceof Operand.Flag) {
            Operand.Flag equal = (Operand.Flag) equal(call);
            return Operand.Flag.computed(s -> !equal.code().test(s));
        }
        return NumberOperators.compare(call);
    }
}
