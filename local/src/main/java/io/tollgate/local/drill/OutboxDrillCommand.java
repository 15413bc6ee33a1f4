package io.tollgate.local.drill;

import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code tollgate drill outbox}. */
@Command(
        name = "outbox",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "A decision answered is never lost: sends payments to a service that is killed (SIGKILL) at random moments"
                    + " while the broker is away for a third of them, and to a history that is killed, too; then"
                    + " compares what was answered with what the hub and Delta hold, payment by payment.",
            "Starts its own Redis, Kafka, service and history; touches nothing outside its data directory.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything that was answered is in the hub, and in Delta exactly once",
            "1:something is missing, or the drill could not be run",
            "2:an option cannot be used"
        })
final class OutboxDrillCommand implements Callable<Integer> {
    /** Fewer leave no moments to draw from. */
    private static final long MIN_PAYMENTS = 100;

    private static final long MAX_PAYMENTS = 10_000_000;
    private static final int MAX_KILLS = 1_000;

    /** The outbox holds events for hours; a drill that waits longer tells nothing more. */
    private static final int MAX_OUTAGE_SECONDS = 3_600;

    @Option(
            names = "--payments",
            defaultValue = "20000",
            description = "Payments to answer (default ${DEFAULT-VALUE}).")
    private long payments;

    @Option(
            names = "--kills",
            defaultValue = "5",
            description = "Kills of the service while it decides (default ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--history-kills",
            defaultValue = "2",
            description = "Kills of the pipeline's history meanwhile (default ${DEFAULT-VALUE}).")
    private int historyKills;

    @Option(
            names = "--outage",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "The broker is away for at least so long (default: for a third of the payments).")
    private int outageSeconds;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Draws payments and moments (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--connections",
            defaultValue = "16",
            description = "Callers at once, each with one payment under way (default ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--no-delta", description = "Compare with the hub alone; saves the start of Spark.")
    private boolean hubOnly;

    @Mixin
    private DrillDirectory directory = new DrillDirectory();

    @Override
    public Integer call() throws Exception {
        DrillDirectory.check("--payments", payments, MIN_PAYMENTS, MAX_PAYMENTS);
        DrillDirectory.check("--kills", kills, 0, MAX_KILLS);
        DrillDirectory.check("--history-kills", historyKills, 0, MAX_KILLS);
        DrillDirectory.check("--outage", outageSeconds, 0, MAX_OUTAGE_SECONDS);
        DrillDirectory.check("--connections", connections, 1, DrillDirectory.MAX_CONNECTIONS);
        OutboxDrill.Options options = new OutboxDrill.Options(
                payments, kills, historyKills, Duration.ofSeconds(outageSeconds), seed, connections, !hubOnly);
        Installation installation = Installation.find();
        Reporter out = new Reporter(System.out);
        Path data = directory.open();
        boolean clean = OutboxDrill.run(options, installation, data, out);
        directory.leave(clean, out);
        return clean ? 0 : DemoException.FAILED;
    }
}
