package io.tollgate.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChildProcessIT {
    @TempDir
    Path directory;

    @Test
    void command_getsItsArgumentsAndEnvironment_whateverTheyContain() throws Exception {
        try (ChildProcess child = ChildProcess.named("printf")
                .command("sh", "-c", "printf '%s|' \"$@\" \"$COLOUR\"", "sh", "a b", "$(id)", "c\"d'e")
                .environment(Map.of("COLOUR", "deep blue"))
                .start()) {
            assertThat(child.output().readLine()).isEqualTo("a b|$(id)|c\"d'e|deep blue|");
            assertThat(child.onExit().get(10, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void exitStatus_isTheCommands_andItsOutputIsInTheLog() throws Exception {
        Path log = directory.resolve("logs").resolve("child.log");
        try (ChildProcess child = ChildProcess.named("failing")
                .command("sh", "-c", "echo said; echo complained >&2; exit 7")
                .log(log)
                .start()) {
            assertThat(child.onExit().get(10, TimeUnit.SECONDS)).isEqualTo(7);
            assertThat(child.exitStatus()).hasValue(7);
        }
        assertThat(log).hasContent("said\ncomplained\n");
    }

    @Test
    void start_givesTheShellsWords_whenTheCommandDoesNotExist() throws Exception {
        Path log = directory.resolve("child.log");
        try (ChildProcess child =
                ChildProcess.named("absent").command("no-such-command").log(log).start()) {
            assertThat(child.onExit().get(10, TimeUnit.SECONDS)).isEqualTo(127);
        }
        assertThat(log).content().contains("no-such-command");
    }

    @Test
    void close_letsTheCommandTidyUp_andRemovesItsScratch() throws Exception {
        Path scratch = Files.createDirectory(directory.resolve("scratch"));
        Path note = directory.resolve("note");
        ChildProcess child = ChildProcess.named("tidy")
                .command(
                        "bash",
                        "-c",
                        "exec 2>/dev/null; trap 'echo bye >" + note
                                + "; exit 0' TERM; echo up; while :; do sleep 0.02; done")
                .scratch(scratch)
                .start();
        assertThat(child.output().readLine()).isEqualTo("up");

        child.close();

        assertThat(note).hasContent("bye\n");
        assertThat(scratch).doesNotExist();
        assertThat(ProcessHandle.of(child.pid())).isEmpty();
    }

    @Test
    void close_killsCommandAndDescendants_whenTheyIgnoreTerm() throws Exception {
        ChildProcess child = ChildProcess.named("stubborn")
                .command("bash", "-c", "trap '' TERM; sleep 1000 & echo $!; while :; do sleep 0.02; done")
                .grace(Duration.ofSeconds(1))
                .start();
        ProcessHandle descendant =
                ProcessHandle.of(Long.parseLong(child.output().readLine())).orElseThrow();

        child.close();

        descendant.onExit().get(10, TimeUnit.SECONDS);
        assertThat(ProcessHandle.of(child.pid())).isEmpty();
    }

    @Test
    void close_stopsAPausedCommand() throws Exception {
        ChildProcess child =
                ChildProcess.named("sleeper").command("sleep", "1000").start();
        child.pause();

        child.close();

        assertThat(child.exitStatus()).hasValue(128 + 15);
    }

    @Test
    void child_diesWithItsJvm_whenThatIsKilled() throws Exception {
        List<Path> classpath = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        Path scratch = Files.createDirectory(directory.resolve("scratch"));
        List<String> command = new JavaCommand(
                        Parent.class.getName(), classpath, List.of("-Xmx32m"), List.of(scratch.toString()))
                .writeTo(directory.resolve("parent.args"));
        Process parent = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ProcessHandle grandchild = ProcessHandle.of(
                        Long.parseLong(parent.inputReader().readLine()))
                .orElseThrow();

        parent.destroyForcibly();

        grandchild.onExit().get(10, TimeUnit.SECONDS);
        assertThat(parent.waitFor()).isEqualTo(128 + 9);
    }

    @Test
    void grace_isRefused_whenItIsLongerThanAMinute() {
        assertThatThrownBy(() -> ChildProcess.named("slow").grace(Duration.ofMinutes(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("60 s");
    }

    @Test
    void classpath_namesTheRemedy_whenTheModuleIsNotBuilt() {
        assertThatThrownBy(() -> JavaCommand.classpathOf(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Build the module first");
    }

    /** A JVM that starts a child, says its pid and waits to be killed. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] args) throws Exception {
            ChildProcess child = ChildProcess.named("orphan-to-be")
                    .command("sleep", "1000")
                    .scratch(Path.of(args[0]))
                    .start();
            System.out.println(child.pid());
            child.onExit().join();
        }
    }
}
