package io.tollgate.local.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A filesystem of a few megabytes that only one process and its children see: a tmpfs in a mount namespace of their own,
 * which needs no root where the kernel lets everybody make user namespaces, and is gone with them, however they end.
 */
final class TinyDisk {
    /** Mounts, then starts the command again and again until this shell is ended. */
    private static final String SCRIPT =
            "mount -t tmpfs -o size=\"$1\" tmpfs \"$2\" || exit 9; shift 2; trap 'kill $child; wait; exit' TERM;"
                    + " while :; do \"$@\" & child=$!; wait $child; done";

    private TinyDisk() {}

    /**
     * The words before a command that is to have the disk.
     *
     * @param directory must exist; what it holds outside is not seen inside
     */
    static List<String> at(Path directory, int bytes) {
        return List.of(
                "unshare",
                "--map-root-user",
                "--mount",
                "bash",
                "-c",
                SCRIPT,
                "tiny-disk",
                Integer.toString(bytes),
                directory.toString());
    }

    /** Why there can be no such disk on this machine; empty when there can be one. */
    static String obstacle(Path directory) throws IOException, InterruptedException {
        Process attempt;
        try {
            attempt = new ProcessBuilder(
                            "unshare",
                            "--map-root-user",
                            "--mount",
                            "mount",
                            "-t",
                            "tmpfs",
                            "-o",
                            "size=4096",
                            "tmpfs",
                            directory.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return "no command unshare (util-linux): " + e.getMessage();
        }
        String said = new String(attempt.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return attempt.waitFor() == 0 ? "" : "a user may not mount a tmpfs in a namespace of its own here: " + said;
    }
}
