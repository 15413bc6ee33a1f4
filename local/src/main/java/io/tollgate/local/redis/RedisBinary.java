package io.tollgate.local.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The static redis-server that the embedded-redis jar carries for Linux and macOS. */
final class RedisBinary {
    private static final String VERSION = "7.0.15";

    private RedisBinary() {}

    /** @throws IOException when there is no binary for this platform */
    static Path unpackInto(Path directory) throws IOException {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String name = "redis-server-" + VERSION + "-" + (system.contains("mac") ? "darwin" : system) + "-"
                + (machine.equals("x86_64") ? "amd64" : machine.equals("aarch64") ? "arm64" : machine);
        try (InputStream resource = RedisBinary.class.getResourceAsStream("/" + name)) {
            if (resource == null) {
                throw new IOException("There is no embedded Redis for " + system + " on " + machine
                        + ". Run Redis 7 in a container and point the services at it.");
            }
            Path binary = directory.resolve("redis-server");
            Files.copy(resource, binary);
            if (!binary.toFile().setExecutable(true)) {
                throw new IOException("Cannot make " + binary + " executable: is its file system mounted noexec?"
                        + " Set -Djava.io.tmpdir to one that is not.");
            }
            return binary;
        }
    }
}
