package io.tollgate.local.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs as a child of this JVM and never outlives it.
 *
 * <p>Between the JVM and the command stands a small shell ({@code lifeline.sh}) which waits on its standard input, a
 * pipe that only this JVM holds. When the pipe closes, because {@link #close} was called or because the JVM is gone in
 * whatever way, the shell sends TERM to the command's process group and, after the grace period, KILL. The command is
 * in a process group of its own, so that a Ctrl-C in the terminal reaches the supervisor alone, which can then stop
 * its children in order.
 *
 * <p>Needs {@code bash}. Safe for use by several threads.
 */
public final class ChildProcess implements AutoCloseable {
    /** What a healthy service needs to end after TERM; past it something hangs, and KILL is the answer. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private static final String LIFELINE = lifelineScript();

    private final String name;
    private final Duration grace;
    private final Process shell;
    private final BufferedReader output;
    private final ProcessHandle command;
    private final @Nullable Path log;

    private ChildProcess(Builder builder) throws IOException {
        this.name = builder.name;
        this.grace = builder.grace;
        this.log = builder.log;
        this.shell = builder.processBuilder().start();
        this.output = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
        String pid = output.readLine();
        if (pid == null) {
            throw new IOException("Cannot start " + name + ": the shell ended before the command began."
                    + " Check that bash is installed" + (log == null ? "." : " and see " + log + "."));
        }
        this.command = ProcessHandle.of(Long.parseLong(pid)).orElse(shell.toHandle());
    }

    /** @param name how messages call the process */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** The command's own process id. */
    public long pid() {
        return command.pid();
    }

    public boolean isAlive() {
        return shell.isAlive();
    }

    /** The command's exit status; empty while it runs. A command ended by signal n has status 128 + n. */
    public OptionalInt exitStatus() {
        return shell.isAlive() ? OptionalInt.empty() : OptionalInt.of(shell.exitValue());
    }

    /** Completes with the exit status when the command has ended. */
    public CompletableFuture<Integer> onExit() {
        return shell.onExit().thenApply(Process::exitValue);
    }

    /**
     * The command's standard output; empty when a log file was given. Whoever leaves it unread stops a talkative
     * command at the pipe's capacity.
     */
    public BufferedReader output() {
        return output;
    }

    /** Where the command's output goes, when a log file was given. */
    public @Nullable Path log() {
        return log;
    }

    /** Freezes the command (SIGSTOP): its connections stay open and silent. */
    public void pause() throws IOException {
        signal("STOP");
    }

    /** Lets a paused command go on (SIGCONT). */
    public void resume() throws IOException {
        signal("CONT");
    }

    /** Ends the command without warning (SIGKILL), as a crash would, and waits until it is gone. */
    public void kill() throws IOException {
        signal("KILL");
        awaitExit(Duration.ofSeconds(5));
    }

    /** Asks the command to end, insists after the grace period, and returns when it is gone. */
    @Override
    public void close() {
        try {
            if (shell.isAlive()) {
                signal("CONT"); // a frozen process would sleep through its TERM
            }
            shell.getOutputStream().close();
            awaitExit(grace.plusSeconds(5));
        } catch (IOException e) {
            command.destroyForcibly();
            throw new UncheckedIOException("Cannot stop " + name + " (process " + pid() + ") in order; killed it.", e);
        }
    }

    private void signal(String signal) throws IOException {
        Process kill = new ProcessBuilder("kill", "-s", signal, Long.toString(pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (kill.waitFor() != 0 && shell.isAlive() && command.isAlive()) {
                throw new IOException("Cannot send " + signal + " to " + name + " (process " + pid() + ").");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while sending " + signal + " to " + name + ".", e);
        }
    }

    private void awaitExit(Duration limit) throws IOException {
        try {
            if (!shell.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        name + " (process " + pid() + ") did not end within " + limit.toSeconds() + " s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for " + name + " to end.", e);
        }
    }

    private static String lifelineScript() {
        try (InputStream script = ChildProcess.class.getResourceAsStream("/io/tollgate/local/process/lifeline.sh")) {
            return new String(
                    Objects.requireNonNull(script, "lifeline.sh is missing from the jar")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What to run and how; not safe for concurrent use. */
    public static final class Builder {
        private final String name;
        private final List<String> command = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Duration grace = DEFAULT_GRACE;
        private @Nullable Path log;
        private @Nullable Path directory;
        private @Nullable Path scratch;

        private Builder(String name) {
            this.name = name;
        }

        public Builder command(List<String> words) {
            command.clear();
            command.addAll(words);
            return this;
        }

        public Builder command(String... words) {
            return command(List.of(words));
        }

        /** Added to this JVM's environment. */
        public Builder environment(Map<String, String> variables) {
            environment.putAll(variables);
            return this;
        }

        /** Standard output and standard error are appended to this file; without it, output is read from the child. */
        public Builder log(Path file) {
            log = file;
            return this;
        }

        public Builder directory(Path workingDirectory) {
            directory = workingDirectory;
            return this;
        }

        /** From TERM to KILL; whole seconds, at most a minute: whoever waits for us must not take us for hung. */
        public Builder grace(Duration termToKill) {
            if (termToKill.isNegative() || termToKill.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException("The grace period must be 0 to 60 s, not " + termToKill + ".");
            }
            grace = termToKill;
            return this;
        }

        /** A directory that is removed once the command has ended, also when this JVM is gone by then. */
        public Builder scratch(Path removedAtEnd) {
            scratch = removedAtEnd;
            return this;
        }

        /** @throws IOException when there is no bash, or the log cannot be written */
        public ChildProcess start() throws IOException {
            if (command.isEmpty()) {
                throw new IllegalStateException("No command was given for " + name + ".");
            }
            if (log != null && log.toAbsolutePath().getParent() != null) {
                Files.createDirectories(log.toAbsolutePath().getParent());
            }
            return new ChildProcess(this);
        }

        private ProcessBuilder processBuilder() {
            List<String> words = new ArrayList<>(List.of(
                    "bash",
                    "-c",
                    LIFELINE,
                    "lifeline",
                    log == null ? "-" : log.toAbsolutePath().toString(),
                    Long.toString(grace.toSeconds()),
                    scratch == null ? "" : scratch.toAbsolutePath().toString()));
            words.addAll(command);
            ProcessBuilder builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
            if (directory != null) {
                builder.directory(directory.toFile());
            }
            builder.environment().putAll(environment);
            return builder;
        }
    }
}
