package io.tollgate.pipeline.sets;

import io.tollgate.pipeline.command.UsageException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Switches all replicas to a version. */
@Command(
        name = "activate",
        description = {
            "Switch all replicas of the service to a feature set, without a restart.",
            "Changes what every payment is decided with. Refused when no model at hand was trained on the set. The"
                    + " token is read from TOLLGATE_API_KEY and needs the scope admin."
        })
public final class ActivateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "VERSION", description = "As in v4.")
    private String version = "";

    @Mixin
    private SwitchOptions options = new SwitchOptions();

    @Override
    public Integer call() throws InterruptedException {
        if (!version.matches("v[0-9]{1,4}")) {
            throw new UsageException("'" + version + "' is no version; give one such as v4");
        }
        return options.run("v1/feature-sets/" + version + "/activate");
    }
}
