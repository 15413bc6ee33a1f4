package io.tollgate.local.drill;

import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Directories;
import io.tollgate.local.demo.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code tollgate drill outbox}. */
@Command(
        name = "outbox",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "A decision answered is never lost: sends payments to a service that is killed (SIGKILL) at random moments"
                    + " while the broker is away for a third of them, then compares what was answered with what the hub"
                    + " and Delta hold.",
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
    private static final long MAX_PAYMENTS = 10_000_000;
    private static final int MAX_KILLS = 1_000;
    private static final int MAX_CONNECTIONS = 256;

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
            names = "--seed",
            defaultValue = "1",
            description = "Draws payments and moments (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--connections",
            defaultValue = "16",
            description = "Callers at once, each with one payment under way (default ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--no-delta",
            negatable = false,
            description = "Compare with the hub alone; saves the start of Spark.")
    private boolean hubOnly;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep logs, outbox and tables here; without it they are removed unless the drill fails.")
    private @Nullable Path dataDirectory;

    @Override
    public Integer call() throws Exception {
        check("--payments", payments, 100, MAX_PAYMENTS);
        check("--kills", kills, 0, MAX_KILLS);
        check("--connections", connections, 1, MAX_CONNECTIONS);
        Installation installation = Installation.find();
        Path directory = dataDirectory == null
                ? Files.createTempDirectory("tollgate-drill-")
                : Files.createDirectories(dataDirectory).toAbsolutePath();
        Drill.logTo(directory.resolve("backends.log"));
        Reporter out = new Reporter(System.out);
        OutboxDrill.Options options =
                new OutboxDrill.Options(payments, kills, seed, connections, Duration.ZERO, !hubOnly);
        boolean clean = OutboxDrill.run(options, installation, directory, out);
        if (clean && dataDirectory == null) {
            Directories.delete(directory);
        } else {
            out.say("logs and data: %s".formatted(directory));
        }
        return clean ? 0 : DemoException.FAILED;
    }

    private static void check(String name, long value, long least, long most) throws DemoException {
        if (value < least || value > most) {
            throw DemoException.usage("%s must be between %d and %d, but is %d".formatted(name, least, most, value));
        }
    }
}
