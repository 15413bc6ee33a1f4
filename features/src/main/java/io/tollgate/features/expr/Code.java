package io.tollgate.features.expr;

/** What an expression's tree is compiled to: one closure a node. None of them throws. */
final class Code {
    private Code() {}

    @FunctionalInterface
    interface OfNumber {
        double evaluate(Slots s);
    }

    @FunctionalInterface
    interface OfInteger {
        long evaluate(Slots s);
    }

    @FunctionalInterface
    interface OfFlag {
        boolean test(Slots s);
    }

    @FunctionalInterface
    interface OfText {
        String evaluate(Slots s);
    }
}
