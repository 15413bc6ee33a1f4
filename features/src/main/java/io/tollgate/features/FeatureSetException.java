package io.tollgate.features;

/** A feature set that reads well but does not compile: names the feature, its line, the problem and the remedy. */
public final class FeatureSetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    FeatureSetException(String set, int line, String problem) {
        super(set + ":" + line + ": " + problem);
        this.line = line;
    }

    /** Line in the file, from 1. */
    public int line() {
        return line;
    }
}
