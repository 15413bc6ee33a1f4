package io.tollgate.pipeline.sets;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Switches all replicas back. */
@Command(
        name = "rollback",
        description = {
            "Switch all replicas of the service back to the feature set before the last switch.",
            "Changes what every payment is decided with; done twice, it is undone. The token is read from"
                    + " TOLLGATE_API_KEY and needs the scope admin."
        })
public final class RollbackCommand implements Callable<Integer> {
    @Mixin
    private SwitchOptions options = new SwitchOptions();

    @Override
    public Integer call() throws InterruptedException {
        return options.run("v1/feature-sets/rollback");
    }
}
