package io.tollgate.features.yaml;

/** A file that cannot be used: says the file, the line, the problem and the remedy. */
public final class YamlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    /**
     * @param source file or resource name, as the user gave it
     * @param line counted from 1; 0 when the whole file is meant
     * @param problem what is wrong and what to write instead
     */
    public YamlException(String source, int line, String problem) {
        super(line > 0 ? source + ":" + line + ": " + problem : source + ": " + problem);
        this.line = line;
    }

    /** Line in the file, from 1; 0 when the whole file is meant. */
    public int line() {
        return line;
    }
}
