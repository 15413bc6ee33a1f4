package io.tollgate.local.demo;

import io.tollgate.local.process.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The built project on this machine: where its modules lie and how their main classes are started. */
public final class Installation {
    /** Set by the {@code tollgate} script. */
    static final String HOME = "tollgate.home";

    private final Path root;

    private Installation(Path root) {
        this.root = root;
    }

    /** The project of the {@code tollgate.home} system property, or the one around the working directory. */
    public static Installation find() throws DemoException {
        String home = System.getProperty(HOME);
        Path start = Path.of(home == null ? "" : home).toAbsolutePath();
        for (Path directory = start; directory != null; directory = directory.getParent()) {
            if (Files.isDirectory(directory.resolve("scoring-api"))
                    && Files.isDirectory(directory.resolve("feature-pipeline"))) {
                return new Installation(directory);
            }
        }
        throw DemoException.usage("no Tollgate project around " + start + "; start the demo as ./tollgate demo");
    }

    public Path root() {
        return root;
    }

    /** Command line of a module's main class. */
    public List<String> java(
            String module, String mainClass, List<String> jvmOptions, List<String> arguments, Path argfile)
            throws IOException {
        Path directory = root.resolve(module);
        List<Path> classpath = new ArrayList<>(JavaCommand.classpathOf(directory));
        return new JavaCommand(mainClass, classpath, jvmOptions, arguments).writeTo(argfile);
    }

    /** The compiled classes of a module. */
    Path classes(String module) {
        return root.resolve(module).resolve("target").resolve("classes");
    }

    @Override
    public String toString() {
        return root + File.separator;
    }
}
