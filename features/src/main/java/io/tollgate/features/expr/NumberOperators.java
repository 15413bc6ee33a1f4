package io.tollgate.features.expr;

/** Arithmetic and comparison on doubles, IEEE 754 as CEL and Java have it. */
final class NumberOperators {
    private NumberOperators() {}

    static Operand add(Call call) throws ExpressionException {
        Code.OfNumber a = call.number(0).code();
        Code.OfNumber b = call.number(1).code();
        return Operand.Real.computed(s -> a.evaluate(s) + b.evaluate(s));
    }

    static Operand subtract(Call call) throws ExpressionException {
        Code.OfNumber a = call.number(0).code();
        Code.OfNumber b = call.number(1).code();
        return Operand.Real.computed(s -> a.evaluate(s) - b.evaluate(s));
    }

    static Operand multiply(Call call) throws ExpressionException {
        Code.OfNumber a = call.number(0).code();
        Code.OfNumber b = call.number(1).code();
        return Operand.Real.computed(s -> a.evaluate(s) * b.evaluate(s));
    }

    static Operand divide(Call call) throws ExpressionException {
        Code.OfNumber a = call.number(0).code();
        Code.OfNumber b = call.number(1).code();
        return Operand.Real.computed(s -> a.evaluate(s) / b.evaluate(s));
    }

    static Operand negate(Call call) throws ExpressionException {
        Code.OfNumber a = call.number(0).code();
        return Operand.Real.computed(s -> -a.evaluate(s));
    }

    /** The comparison whose CEL name the call has; a variable against a constant, the usual case, is one closure. */
    static Operand compare(Call call) throws ExpressionException {
        if (call.operand(0) instanceof Operand.Whole a && call.operand(1) instanceof Operand.Whole b) {
            return Operand.Flag.computed(integers(call.function(), a.code(), b.code()));
        }
        Operand.Real a = call.number(0);
        Operand.Real b = call.number(1);
        if (a.slot() >= 0 && b.constant()) {
            return Operand.Flag.computed(variableAndConstant(call.function(), a.slot(), b.value()));
        }
        if (b.slot() >= 0 && a.constant()) {
            return Operand.Flag.computed(variableAndConstant(mirrored(call.function()), b.slot(), a.value()));
        }
        return Operand.Flag.computed(numbers(call.function(), a.code(), b.code()));
    }

    private static Code.OfFlag variableAndConstant(String operator, int slot, double constant) {
        return switch (operator) {
            case "_<_" -> s -> s.numbers[slot] < constant;
            case "_<=_" -> s -> s.numbers[slot] <= constant;
            case "_>_" -> s -> s.numbers[slot] > constant;
            case "_>=_" -> s -> s.numbers[slot] >= constant;
            case "_==_" -> s -> s.numbers[slot] == constant;
            case "_!=_" -> s -> s.numbers[slot] != constant;
            default -> throw new IllegalStateException("no comparison: " + operator);
        };
    }

    private static Code.OfFlag numbers(String operator, Code.OfNumber a, Code.OfNumber b) {
        return switch (operator) {
            case "_<_" -> s -> a.evaluate(s) < b.evaluate(s);
            case "_<=_" -> s -> a.evaluate(s) <= b.evaluate(s);
            case "_>_" -> s -> a.evaluate(s) > b.evaluate(s);
            case "_>=_" -> s -> a.evaluate(s) >= b.evaluate(s);
            case "_==_" -> s -> a.evaluate(s) == b.evaluate(s);
            case "_!=_" -> s -> a.evaluate(s) != b.evaluate(s);
            default -> throw new IllegalStateException("no comparison: " + operator);
        };
    }

    private static Code.OfFlag integers(String operator, Code.OfInteger a, Code.OfInteger b) {
        return switch (operator) {
            case "_<_" -> s -> a.evaluate(s) < b.evaluate(s);
            case "_<=_" -> s -> a.evaluate(s) <= b.evaluate(s);
            case "_>_" -> s -> a.evaluate(s) > b.evaluate(s);
            case "_>=_" -> s -> a.evaluate(s) >= b.evaluate(s);
            case "_==_" -> s -> a.evaluate(s) == b.evaluate(s);
            case "_!=_" -> s -> a.evaluate(s) != b.evaluate(s);
            default -> throw new IllegalStateException("no comparison: " + operator);
        };
    }

    private static String mirrored(String operator) {
        return switch (operator) {
            case "_<_" -> "_>_";
            case "_<=_" -> "_>=_";
            case "_>_" -> "_<_";
            case "_>=_" -> "_<=_";
            default -> operator;
        };
    }
}
