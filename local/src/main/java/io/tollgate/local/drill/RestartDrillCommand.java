package io.tollgate.local.drill;

import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code tollgate drill restart}. */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "No request fails while a fleet is restarted: two replicas under a constant load are stopped (SIGTERM) and"
                    + " started in turn; then what was answered is compared with what the hub holds.",
            "Starts its own Redis, Kafka and replicas; touches nothing outside its data directory.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no request failed, everything that was answered is in the hub",
            "1:a request failed, something is missing, or the drill could not be run",
            "2:an option cannot be used"
        })
final class RestartDrillCommand implements Callable<Integer> {
    private static final int MAX_RATE = 10_000;
    private static final int MAX_ROUNDS = 100;

    @Option(names = "--rate", defaultValue = "200", description = "Payments a second (default ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--connections", defaultValue = "16", description = "To each replica (default ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--rounds",
            defaultValue = "1",
            description = "How often each replica is restarted (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seed", defaultValue = "1", description = "Draws the payments (default ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private DrillDirectory directory = new DrillDirectory();

    @Override
    public Integer call() throws Exception {
        DrillDirectory.check("--rate", rate, 1, MAX_RATE);
        DrillDirectory.check("--connections", connections, 1, DrillDirectory.MAX_CONNECTIONS);
        DrillDirectory.check("--rounds", rounds, 1, MAX_ROUNDS);
        RestartDrill.Options options = new RestartDrill.Options(rate, connections, rounds, seed);
        Installation installation = Installation.find();
        Reporter out = new Reporter(System.out);
        Path data = directory.open();
        boolean clean = RestartDrill.run(options, installation, data, out);
        directory.leave(clean, out);
        return clean ? 0 : DemoException.FAILED;
    }
}
