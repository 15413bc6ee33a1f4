package io.tollgate.local.drill;

import io.tollgate.local.demo.DemoException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code tollgate drill}: what is promised, tried for real. */
@Command(
        name = "tollgate drill",
        mixinStandardHelpOptions = true,
        version = "tollgate drill",
        description = "Tries for real what is promised: kills, restarts, outages; then counts.",
        subcommands = {
            OutboxDrillCommand.class,
            RestartDrillCommand.class,
            DiskDrillCommand.class,
            ReferenceDrillCommand.class,
            ParityDrillCommand.class
        })
public final class Drill {
    private Drill() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    /** Runs the command and answers with its exit code. */
    static int execute(String... arguments) {
        CommandLine command = new CommandLine(new Drill());
        command.setParameterExceptionHandler((error, words) -> {
            System.err.println("tollgate drill: " + error.getMessage() + " (see ./tollgate drill --help)");
            return DemoException.USAGE;
        });
        command.setExecutionExceptionHandler((error, failed, parsed) -> {
            if (error instanceof DemoException known) {
                System.err.println("tollgate drill: " + known.getMessage());
                return known.exitCode();
            }
            if (error instanceof IOException) {
                System.err.println("tollgate drill: " + error.getMessage());
                return DemoException.FAILED;
            }
            throw error;
        });
        return command.execute(arguments);
    }
}
