package io.tollgate.local.drill;

import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code tollgate drill reference}. */
@Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reference data on a miss: many payments at once of a card that only Cosmos DB knows make one read there, and"
                    + " later payments see what it says; a card that is blocked in Cosmos DB is declined.",
            "Starts its own Redis, Kafka, Cosmos DB stand-in, two replicas, publisher and feed; touches nothing outside its"
                    + " data directory.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:one read, its values were seen, and so was the block",
            "1:it was not so, or the drill could not be run",
            "2:an option cannot be used"
        })
final class ReferenceDrillCommand implements Callable<Integer> {
    private static final int MAX_PAYMENTS = 1_000_000;

    @Option(names = "--payments", defaultValue = "1000", description = "Of the card (default ${DEFAULT-VALUE}).")
    private int payments;

    @Option(names = "--connections", defaultValue = "64", description = "At once (default ${DEFAULT-VALUE}).")
    private int connections;

    @Mixin
    private DrillDirectory directory = new DrillDirectory();

    @Override
    public Integer call() throws Exception {
        DrillDirectory.check("--payments", payments, 1, MAX_PAYMENTS);
        DrillDirectory.check("--connections", connections, 1, DrillDirectory.MAX_CONNECTIONS);
        Installation installation = Installation.find();
        Reporter out = new Reporter(System.out);
        Path data = directory.open();
        boolean clean = ReferenceDrill.run(payments, connections, installation, data, out);
        directory.leave(clean, out);
        return clean ? 0 : DemoException.FAILED;
    }
}
