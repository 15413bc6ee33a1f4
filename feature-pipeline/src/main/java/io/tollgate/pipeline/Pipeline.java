package io.tollgate.pipeline;

import io.tollgate.pipeline.command.BackfillCommand;
import io.tollgate.pipeline.command.DecisionsCommand;
import io.tollgate.pipeline.command.ParityCommand;
import io.tollgate.pipeline.command.RunningCommand;
import io.tollgate.pipeline.command.TrainCommand;
import io.tollgate.pipeline.command.TrainingSetCommand;
import io.tollgate.pipeline.command.UsageException;
import io.tollgate.pipeline.feed.FeedCommand;
import io.tollgate.pipeline.sets.FeatureSetCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/**
 * The module's main class. Exit codes: 0 done, 1 failed, 2 an option or a file cannot be used.
 */
@Command(
        name = "pipeline",
        description = "Computes features from the event log.",
        mixinStandardHelpOptions = true,
        version = "tollgate feature-pipeline",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunningCommand.Stream.class,
            RunningCommand.History.class,
            RunningCommand.Both.class,
            BackfillCommand.class,
            TrainCommand.class,
            ParityCommand.class,
            DecisionsCommand.class,
            TrainingSetCommand.class,
            FeedCommand.class,
            FeatureSetCommand.class
        })
public final class Pipeline {
    private Pipeline() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    /** Runs one command and answers with its exit code; for callers that live on. */
    public static int execute(String... arguments) {
        CommandLine commandLine = new CommandLine(new Pipeline());
        commandLine
                .getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler((error, words) -> {
            String name = error.getCommandLine().getCommandSpec().qualifiedName();
            error.getCommandLine().getErr().println(error.getMessage() + " (see " + name + " --help)");
            return ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((error, command, parsed) -> {
            if (error instanceof UsageException) {
                command.getErr().println(error.getMessage());
                return ExitCode.USAGE;
            }
            throw error;
        });
        return commandLine.execute(arguments);
    }
}
