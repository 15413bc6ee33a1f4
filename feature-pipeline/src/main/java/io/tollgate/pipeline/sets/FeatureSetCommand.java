package io.tollgate.pipeline.sets;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands; asks for one when there is none. */
@Command(
        name = "feature-set",
        description = "Check, compare, publish, switch and retire feature sets.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ValidateCommand.class,
            CatalogueCommand.class,
            DiffCommand.class,
            PublishCommand.class,
            CoverageCommand.class,
            ActivateCommand.class,
            RollbackCommand.class,
            RetireCommand.class,
        })
public final class FeatureSetCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** For picocli, which sets the field. */
    public FeatureSetCommand() {
        this(CommandSpec.create());
    }

    private FeatureSetCommand(CommandSpec spec) {
        this.spec = spec;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which one? " + String.join(", ", spec.subcommands().keySet()));
    }
}
