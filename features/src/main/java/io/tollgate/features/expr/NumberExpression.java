package io.tollgate.features.expr;

import java.util.Set;

/** A compiled expression whose value is a number. Immutable and thread-safe; evaluation allocates nothing. */
public final class NumberExpression {
    private final String source;
    private final Set<String> variables;
    private final Code.OfNumber code;

    NumberExpression(String source, Set<String> variables, Code.OfNumber code) {
        this.source = source;
        this.variables = variables;
        this.code = code;
    }

    /**
     * @param slots made by the schema that this expression was compiled with
     * @return the value; NaN or infinite where IEEE 754 says so, never an exception
     */
    public double evaluate(Slots slots) {
        return code.evaluate(slots);
    }

    /** The names of the schema that the expression reads. */
    public Set<String> variables() {
        return variables;
    }

    /** The text that it was compiled from. */
    public String source() {
        return source;
    }
}
