package io.tollgate.features.expr;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The variables that an expression may name: each has a type and a slot. Slots are given out in the order of
 * declaration, numbers and flags from one sequence, texts from another, so that numbers declared one after the other
 * can be written with one {@link Slots#setNumbers}. Immutable and thread-safe.
 */
public final class Schema {
    /** Enough for every feature of a set, its misses and the request's fields; a larger schema is a mistake. */
    public static final int MAX_VARIABLES = 4096;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,63}");

    /** Words that CEL keeps for itself or for its host languages (language definition, section Syntax). */
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private final Map<String, Variable> variables;
    private final int numberSlots;
    private final int textSlots;
    private final CelFrontEnd frontEnd;

    private Schema(Map<String, Variable> variables, int numberSlots, int textSlots) {
        this.variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        this.numberSlots = numberSlots;
        this.textSlots = textSlots;
        this.frontEnd = new CelFrontEnd(this.variables.values());
    }

    /**
     * @param slot index for {@link Slots}: among the texts for a text, among the numbers otherwise
     */
    public record Variable(String name, ValueType type, int slot) {}

    public static Builder builder() {
        return new Builder();
    }

    /** Fresh slots: numbers 0, flags false, texts empty. */
    public Slots newSlots() {
        return new Slots(numberSlots, textSlots);
    }

    /** The variable of that name, or null if there is none. */
    public @Nullable Variable find(String name) {
        return variables.get(name);
    }

    /**
     * The slot of a variable that the caller knows to be declared.
     *
     * @throws IllegalArgumentException if it is not
     */
    public int slot(String name) {
        Variable variable = variables.get(name);
        if (variable == null) {
            throw new IllegalArgumentException("no variable '" + name + "' in this schema");
        }
        return variable.slot();
    }

    /** All names, in the order of declaration. */
    public Set<String> names() {
        return variables.keySet();
    }

    CelFrontEnd frontEnd() {
        return frontEnd;
    }

    /** Collects declarations; a name can be declared once. */
    public static final class Builder {
        private final Map<String, Variable> variables = new LinkedHashMap<>();
        private int numberSlots;
        private int textSlots;

        private Builder() {}

        public Builder number(String name) {
            return add(name, ValueType.NUMBER, numberSlots++);
        }

        public Builder flag(String name) {
            return add(name, ValueType.FLAG, numberSlots++);
        }

        public Builder text(String name) {
            return add(name, ValueType.TEXT, textSlots++);
        }

        private Builder add(String name, ValueType type, int slot) {
            if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
                throw new IllegalArgumentException(
                        "variable name '" + name
                                + "' must be 1 to 64 of a-z A-Z 0-9 _, start with a letter or _, and be no reserved word of CEL");
            }
            if (variables.size() == MAX_VARIABLES) {
                throw new IllegalArgumentException("more than " + MAX_VARIABLES + " variables");
            }
            if (variables.putIfAbsent(name, new Variable(name, type, slot)) != null) {
                throw new IllegalArgumentException("variable '" + name + "' is declared twice");
            }
            return this;
        }

        public Schema build() {
            return new Schema(variables, numberSlots, textSlots);
        }
    }
}
