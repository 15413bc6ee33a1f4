package io.tollgate.features.expr;

/** An expression that cannot be used: what is wrong, where, and what to write instead. The file's author can mend it. */
public final class ExpressionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /**
     * @param line within the expression, from 1
     * @param column within that line, from 1
     */
    ExpressionException(int line, int column, String problemAndRemedy) {
        super((line > 1 ? "line " + line + ", " : "") + "column " + column + ": " + problemAndRemedy);
        this.line = line;
        this.column = column;
    }

    /** The line within the expression, from 1. */
    public int line() {
        return line;
    }

    /** The column within {@link #line()}, from 1. */
    public int column() {
        return column;
    }
}
