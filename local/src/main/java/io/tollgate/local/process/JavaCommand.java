package io.tollgate.local.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line of a JVM whose classpath is too long or too private for a process list: options, classpath and main
 * class go through an argument file (see the {@code java} manual, "@argfiles").
 *
 * @param mainClass fully qualified
 * @param classpath class directories and jars, in order
 * @param jvmOptions such as {@code -Xmx512m}
 * @param arguments for the main class
 */
public record JavaCommand(String mainClass, List<Path> classpath, List<String> jvmOptions, List<String> arguments) {
    public JavaCommand {
        if (classpath.isEmpty()) {
            throw new IllegalArgumentException("The classpath of " + mainClass + " is empty. Build its module first.");
        }
        classpath = List.copyOf(classpath);
        jvmOptions = List.copyOf(jvmOptions);
        arguments = List.copyOf(arguments);
    }

    /**
     * The classpath of a built module: its {@code target/classes}, then the dependencies that its build lists in
     * {@code target/runtime.classpath}.
     *
     * @param module the module's directory
     * @throws IOException when the module has not been built
     */
    public static List<Path> classpathOf(Path module) throws IOException {
        Path target = module.resolve("target");
        List<Path> entries = new ArrayList<>();
        entries.add(target.resolve("classes").toAbsolutePath());
        entries.addAll(readClasspath(target.resolve("runtime.classpath")));
        return entries;
    }

    /**
     * Reads a file of entries joined by the platform's path separator.
     *
     * @throws IOException when there is no such file
     */
    public static List<Path> readClasspath(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("No classpath at " + file + ". Build the module first: mvn -DskipTests package.");
        }
        return Arrays.stream(Files.readString(file).strip().split(File.pathSeparator))
                .filter(entry -> !entry.isBlank())
                .map(Path::of)
                .toList();
    }

    /**
     * Writes the argument file and returns the words to execute, with the JDK that runs this JVM.
     *
     * @param argfile is overwritten; must stay until the JVM has started
     */
    public List<String> writeTo(Path argfile) throws IOException {
        List<String> lines = new ArrayList<>();
        jvmOptions.forEach(option -> lines.add(quote(option)));
        lines.add("-cp");
        lines.add(quote(String.join(
                File.pathSeparator, classpath.stream().map(Path::toString).toList())));
        lines.add(mainClass);
        arguments.forEach(argument -> lines.add(quote(argument)));
        Files.write(argfile, lines);
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + argfile.toAbsolutePath());
    }

    private static String quote(String word) {
        return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
