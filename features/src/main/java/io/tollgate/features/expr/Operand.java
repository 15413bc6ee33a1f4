package io.tollgate.features.expr;

import java.util.List;

/** A compiled part of an expression together with what is known of its value before any payment is seen. */
sealed interface Operand {
    /** The type's name in messages. */
    String typeName();

    /** Whether the value is the same for every payment. */
    boolean constant();

    /**
     * A double.
     *
     * @param slot the slot if it is a plain variable, otherwise -1
     */
    record Real(Code.OfNumber code, boolean constant, int slot) implements Operand {
        static Real of(double value) {
            return new Real(s -> value, true, -1);
        }

        static Real variable(int slot) {
            return new Real(s -> s.numbers[slot], false, slot);
        }

        static Real computed(Code.OfNumber code) {
            return new Real(code, false, -1);
        }

        double value() {
            return code.evaluate(NOTHING);
        }

        @Override
        public String typeName() {
            return "number";
        }
    }

    /**
     * A 64-bit integer with the bounds of its value, which is how overflow is excluded at load.
     *
     * @param lo least possible value
     * @param hi greatest possible value
     */
    record Whole(Code.OfInteger code, long lo, long hi) implements Operand {
        /** Up to here every integer is a double exactly. */
        private static final long EXACT_IN_DOUBLE = 1L << 53;

        static Whole of(long value) {
            return new Whole(s -> value, value, value);
        }

        boolean exactInDouble() {
            return lo >= -EXACT_IN_DOUBLE && hi <= EXACT_IN_DOUBLE;
        }

        Real toNumber() {
            if (constant()) {
                return Real.of((double) lo);
            }
            Code.OfInteger integer = code;
            return Real.computed(s -> (double) integer.evaluate(s));
        }

        @Override
        public boolean constant() {
            return lo == hi;
        }

        @Override
        public String typeName() {
            return "integer";
        }
    }

    record Flag(Code.OfFlag code, boolean constant) implements Operand {
        static Flag of(boolean value) {
            return new Flag(s -> value, true);
        }

        static Flag variable(int slot) {
            return new Flag(s -> s.numbers[slot] != 0, false);
        }

        static Flag computed(Code.OfFlag code) {
            return new Flag(code, false);
        }

        @Override
        public String typeName() {
            return "flag";
        }
    }

    record Text(Code.OfText code, boolean constant) implements Operand {
        static Text of(String value) {
            return new Text(s -> value, true);
        }

        static Text variable(int slot) {
            return new Text(s -> s.texts[slot], false);
        }

        static Text computed(Code.OfText code) {
            return new Text(code, false);
        }

        String value() {
            return code.evaluate(NOTHING);
        }

        @Override
        public String typeName() {
            return "text";
        }
    }

    /** A list literal; it can only stand on the right of {@code in}. */
    record Elements(List<Operand> items) implements Operand {
        public Elements {
            items = List.copyOf(items);
        }

        @Override
        public boolean constant() {
            return items.stream().allMatch(Operand::constant);
        }

        @Override
        public String typeName() {
            return "list";
        }
    }

    /** Constant code reads no slot. */
    Slots NOTHING = new Slots(0, 0);
}
