package io.tollgate.features.expr;

import java.util.Set;

/** A compiled condition. Immutable and thread-safe; evaluation allocates nothing. */
public final class FlagExpression {
    private final String source;
    private final Set<String> variables;
    private final Code.OfFlag code;

    FlagExpression(String source, Set<String> variables, Code.OfFlag code) {
        this.source = source;
        this.variables = variables;
        this.code = code;
    }

    /**
     * @param slots made by the schema that this expression was compiled with
     * @return the value; never an exception
     */
    public boolean test(Slots slots) {
        return code.test(slots);
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
