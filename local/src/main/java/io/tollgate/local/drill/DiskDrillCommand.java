package io.tollgate.local.drill;

import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code tollgate drill disk}. */
@Command(
        name = "disk",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "The outbox's disk is full: gives the service's outbox a filesystem of 5 MB, stops the broker, pays until"
                    + " there is no room, kills the service (SIGKILL), starts the broker again; with each setting of"
                    + " TOLLGATE_OUTBOX_AT_BOUND.",
            "Starts its own Redis, Kafka and service; touches nothing outside its data directory.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:each setting did what it says",
            "1:it did not, or the drill could not be run",
            "2:an option cannot be used",
            "3:this machine lets nobody mount a filesystem of his own"
        })
final class DiskDrillCommand implements Callable<Integer> {
    private static final int CANNOT = 3;

    @Option(names = "--seed", defaultValue = "1", description = "Draws the payments (default ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private DrillDirectory directory = new DrillDirectory();

    @Override
    public Integer call() throws Exception {
        Installation installation = Installation.find();
        Reporter out = new Reporter(System.out);
        Path data = directory.open();
        String obstacle = TinyDisk.obstacle(data);
        if (!obstacle.isEmpty()) {
            out.say("SKIPPED: " + obstacle);
            directory.leave(true, out);
            return CANNOT;
        }
        boolean clean = DiskDrill.run(seed, installation, data, out);
        directory.leave(clean, out);
        return clean ? 0 : DemoException.FAILED;
    }
}
