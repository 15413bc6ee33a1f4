package io.tollgate.features.expr;

import java.util.HashSet;
import java.util.Set;

/** Tests on texts, and membership in a list literal. */
final class Texts {
    private Texts() {}

    static Operand startsWith(Call call) throws ExpressionException {
        Code.OfText text = call.text(0).code();
        Code.OfText prefix = call.text(1).code();
        return Operand.Flag.computed(s -> text.evaluate(s).startsWith(prefix.evaluate(s)));
    }

    static Operand endsWith(Call call) throws ExpressionException {
        Code.OfText text = call.text(0).code();
        Code.OfText suffix = call.text(1).code();
        return Operand.Flag.computed(s -> text.evaluate(s).endsWith(suffix.evaluate(s)));
    }

    static Operand contains(Call call) throws ExpressionException {
        Code.OfText text = call.text(0).code();
        Code.OfText part = call.text(1).code();
        return Operand.Flag.computed(s -> text.evaluate(s).contains(part.evaluate(s)));
    }

    static Operand in(Call call) throws ExpressionException {
        if (!(call.operand(1) instanceof Operand.Elements elements)) {
            throw call.refusal("'in' wants a list on its right; write `x in [a, b]`");
        }
        return call.operand(0) instanceof Operand.Text text ? inTexts(text, elements, call) : inNumbers(elements, call);
    }

    private static Operand inTexts(Operand.Text text, Operand.Elements elements, Call call) throws ExpressionException {
        Call items = new Call(call.function(), elements.items(), call.line(), call.column());
        Code.OfText value = text.code();
        if (elements.constant()) {
            Set<String> set = new HashSet<>();
            for (int i = 0; i < elements.items().size(); i++) {
                set.add(items.text(i).value());
            }
            Set<String> constants = Set.copyOf(set);
            return Operand.Flag.computed(s -> constants.contains(value.evaluate(s)));
        }
        Code.OfText[] candidates = new Code.OfText[elements.items().size()];
        for (int i = 0; i < candidates.length; i++) {
            candidates[i] = items.text(i).code();
        }
        return Operand.Flag.computed(s -> {
            String v = value.evaluate(s);
            for (Code.OfText candidate : candidates) {
                if (v.equals(candidate.evaluate(s))) {
                    return true;
                }
            }
            return false;
        });
    }

    private static Operand inNumbers(Operand.Elements elements, Call call) throws ExpressionException {
        Call items = new Call(call.function(), elements.items(), call.line(), call.column());
        Code.OfNumber value = call.number(0).code();
        Code.OfNumber[] candidates = new Code.OfNumber[elements.items().size()];
        for (int i = 0; i < candidates.length; i++) {
            candidates[i] = items.number(i).code();
        }
        return Operand.Flag.computed(s -> {
            double v = value.evaluate(s);
            for (Code.OfNumber candidate : candidates) {
                if (v == candidate.evaluate(s)) {
                    return true;
                }
            }
            return false;
        });
    }
}
