package io.tollgate.features.expr;

import java.util.Locale;

/** What a variable or an expression holds. */
public enum ValueType {
    /** A double; NaN where a value is not known. */
    NUMBER,
    /** A string; empty where a value is not known. */
    TEXT,
    /** True or false. */
    FLAG;

    /** The type's name in files and messages. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}
