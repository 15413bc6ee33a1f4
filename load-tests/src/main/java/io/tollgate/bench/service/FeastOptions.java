package io.tollgate.bench.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the comparison with Feast was started with.
 *
 * @param python the installed {@code feast} command, in a virtual environment of its own
 * @param go Feast's Go server; null to leave it out
 * @param workers processes of the Python server that answer requests
 * @param quick one short round, nothing written
 */
record FeastOptions(Path python, @Nullable Path go, int workers, boolean quick) {
    private static final String INSTALL =
            "python3 -m venv feast && feast/bin/pip install 'feast[redis]==0.67.0', then --python feast/bin/feast";

    private static final String BUILD = "docs/benchmarks.md says how to build it, and without --go it is left out";

    private static final int MAX_WORKERS = 64;

    /** @throws IllegalArgumentException with problem, cause and remedy, for the user */
    static FeastOptions parse(List<String> words) {
        Path python = null;
        Path go = null;
        int workers = Runtime.getRuntime().availableProcessors();
        boolean quick = false;
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            String word = rest.remove();
            switch (word) {
                case "--python" -> python = executable(word, rest, INSTALL);
                case "--go" -> go = executable(word, rest, BUILD);
                case "--workers" -> workers = workers(value(word, rest));
                case "--quick" -> quick = true;
                default -> throw new IllegalArgumentException("there is no option '" + word + "'; --help lists them");
            }
        }
        if (python == null) {
            throw new IllegalArgumentException(
                    "this benchmark compares with Feast, which is no part of Tollgate and must be" + " installed: "
                            + INSTALL);
        }
        if (!Files.isExecutable(python.resolveSibling("python"))) {
            throw new IllegalArgumentException("there is no python beside " + python
                    + ", which is needed to write the values through Feast; install it in a virtual environment: "
                    + INSTALL);
        }
        return new FeastOptions(python, go, workers, quick);
    }

    private static Path executable(String option, Deque<String> rest, String remedy) {
        Path file = Path.of(value(option, rest)).toAbsolutePath().normalize();
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new IllegalArgumentException(
                    option + " " + file + " is no program that can be started; to have it: " + remedy);
        }
        return file;
    }

    private static int workers(String text) {
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MAX_WORKERS) {
            throw new IllegalArgumentException("--workers must be 1 to " + MAX_WORKERS + ", not " + text);
        }
        return Integer.parseInt(text);
    }

    private static String value(String option, Deque<String> rest) {
        if (rest.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value; --help says which");
        }
        return rest.remove();
    }
}
