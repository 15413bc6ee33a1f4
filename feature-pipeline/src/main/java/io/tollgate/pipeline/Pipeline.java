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
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The module's main class. Exit codes: 0 done, 1 failed, 2 an option or a file cannot be used.
 */
@Command(
        name = "tollgate",
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
    private static final Map<String, String> EXIT_CODES = new LinkedHashMap<>();

    static {
        EXIT_CODES.put("0", "done");
        EXIT_CODES.put("1", "failed");
        EXIT_CODES.put("2", "an option or a file cannot be used");
        EXIT_CODES.put("143", "told to end by SIGTERM (130: by Ctrl-C), and what was under way is finished");
    }

    private Pipeline() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    /** Runs one command and answers with its exit code; for callers that live on. */
    public static int execute(String... arguments) {
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Pipeline());
        commandLine.getSubcommands().values().forEach(Pipeline::describe);
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
        return commandLine;
    }

    /** What all commands have in common: help, and the exit codes where a command's own do not say more. */
    private static void describe(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        if (usage.exitCodeList().isEmpty()) {
            usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(EXIT_CODES);
        }
        command.getSubcommands().values().forEach(Pipeline::describe);
    }
}
