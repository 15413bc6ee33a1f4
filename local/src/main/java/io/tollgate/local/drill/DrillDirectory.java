package io.tollgate.local.drill;

import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that all drills share: where they keep logs and data. Used by one thread. */
final class DrillDirectory {
    /** Callers are threads of the drill's own process. */
    static final int MAX_CONNECTIONS = 256;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep logs and data here; without it they are removed unless the drill fails.")
    private @Nullable Path given;

    private @Nullable Path used;

    /** Makes the directory, and has the backends log into it: standard output belongs to the drill. */
    Path open() throws IOException {
        Path directory = given == null
                ? Files.createTempDirectory("tollgate-drill-")
                : Files.createDirectories(given).toAbsolutePath();
        System.setProperty(
                "tollgate.backends.log", directory.resolve("backends.log").toString());
        System.setProperty("logback.configurationFile", "io/tollgate/local/demo-logback.xml");
        used = directory;
        return directory;
    }

    /** Removes what nobody asked for and nobody needs. */
    void leave(boolean clean, Reporter out) throws IOException {
        if (used != null && clean && given == null) {
            Directories.delete(used);
        } else {
            out.say("logs and data: " + used);
        }
    }

    /** @throws DemoException when the value is out of bounds */
    static void check(String option, long value, long least, long most) throws DemoException {
        if (value < least || value > most) {
            throw DemoException.usage("%s must be between %d and %d, but is %d".formatted(option, least, most, value));
        }
    }
}
