package io.tollgate.model.artifact;

/** The content of a model file is not what this package evaluates; the reader adds the file and the remedy. */
final class InvalidModelException extends Exception {
    private final String problem;

    InvalidModelException(String problem) {
        super(problem);
        this.problem = problem;
    }

    InvalidModelException(String problem, Throwable cause) {
        super(problem, cause);
        this.problem = problem;
    }

    String problem() {
        return problem;
    }
}
