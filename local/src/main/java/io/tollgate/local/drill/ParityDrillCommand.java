package io.tollgate.local.drill;

import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code tollgate drill parity}. */
@Command(
        name = "parity",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "What was served is what history says: while payments are decided, kills (SIGKILL) the pipeline and leaves it"
                    + " down until features are stale, kills the service, has Redis come back empty and fills it again;"
                    + " then recomputes every vector that was served.",
            "Starts its own Redis, Kafka, service and pipeline; touches nothing outside its data directory.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no value differs, and at least nine vectors in ten were compared",
            "1:it was not so, or the drill could not be run",
            "2:an option cannot be used"
        })
final class ParityDrillCommand implements Callable<Integer> {
    /** Fewer are over before a batch is. */
    private static final long MIN_PAYMENTS = 500;

    private static final long MAX_PAYMENTS = 10_000_000;
    private static final int MAX_RATE = 10_000;
    private static final int MAX_DOWN_SECONDS = 3_600;

    @Option(
            names = "--payments",
            defaultValue = "6000",
            description = "Payments between the accidents (default ${DEFAULT-VALUE}); more are sent during them.")
    private long payments;

    @Option(names = "--rate", defaultValue = "80", description = "Payments a second (default ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--down",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long the pipeline is left down (default ${DEFAULT-VALUE}); features are stale after 15.")
    private int downSeconds;

    @Option(names = "--seed", defaultValue = "1", description = "Draws payments (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--connections", defaultValue = "16", description = "Callers at once (default ${DEFAULT-VALUE}).")
    private int connections;

    @Mixin
    private DrillDirectory directory = new DrillDirectory();

    @Override
    public Integer call() throws Exception {
        DrillDirectory.check("--payments", payments, MIN_PAYMENTS, MAX_PAYMENTS);
        DrillDirectory.check("--rate", rate, 1, MAX_RATE);
        DrillDirectory.check("--down", downSeconds, 0, MAX_DOWN_SECONDS);
        DrillDirectory.check("--connections", connections, 1, DrillDirectory.MAX_CONNECTIONS);
        ParityDrill.Options options =
                new ParityDrill.Options(payments, rate, Duration.ofSeconds(downSeconds), seed, connections);
        Installation installation = Installation.find();
        Reporter out = new Reporter(System.out);
        Path data = directory.open();
        boolean clean = ParityDrill.run(options, installation, data, out);
        directory.leave(clean, out);
        return clean ? 0 : DemoException.FAILED;
    }
}
