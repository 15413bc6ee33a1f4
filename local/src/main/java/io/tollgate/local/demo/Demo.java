package io.tollgate.local.demo;

import io.tollgate.features.csv.CsvEvents;
import io.tollgate.features.csv.CsvException;
import io.tollgate.features.csv.CsvMapping;
import io.tollgate.features.yaml.YamlException;
import io.tollgate.local.traffic.Pace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code tollgate demo}: checks what was asked for, then {@link DemoRun} does it. */
@Command(
        name = "tollgate demo",
        mixinStandardHelpOptions = true,
        version = "tollgate demo",
        sortOptions = false,
        description = {
            "Runs the whole of Tollgate on this machine: Redis, Kafka, a Cosmos DB stand-in and a model endpoint,"
                    + " the decision service and the Spark pipeline, and payments with attacks among them.",
            "Touches nothing outside its data directory and local/target. Ctrl-C stops all of it.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; with --duration or a file also: no errors, and all counts add up",
            "1:something failed, or the counts do not add up",
            "2:an option, a file or the port cannot be used",
            "130:Ctrl-C"
        })
public final class Demo implements Callable<Integer> {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");
    private static final double DEFAULT_RATE = 200;

    /** Beyond this two cores cannot follow, and the client would measure itself. */
    private static final double MAX_RATE = 20_000;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "Traffic for so long, such as 60s or 5m; then stop, add up and exit.")
    private @Nullable String duration;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Payments a second (default 200); a file is sent at its --speed unless this is given.")
    private @Nullable Double rate;

    @Option(names = "--report", paramLabel = "FILE", description = "Write the counts as JSON at the end.")
    private @Nullable Path report;

    @Option(
            names = "--transactions",
            paramLabel = "FILE",
            description = "Send the payments of a CSV file, plain or gzipped, instead of simulated ones.")
    private @Nullable Path transactions;

    @Option(
            names = "--mapping",
            paramLabel = "NAME|FILE",
            description = "What the file's columns are: handbook, sparkov, simulated or a mapping file.")
    private @Nullable String mapping;

    @Option(
            names = "--speed",
            paramLabel = "X",
            description = "How many times as fast as it happened the file is sent, or max for as fast as the service"
                    + " answers.")
    private @Nullable String speed;

    @Option(names = "--port", defaultValue = "8080", description = "Port of the service (default 8080).")
    private int port;

    @Option(names = "--no-traffic", description = "Start everything, send nothing.")
    private boolean noTraffic;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep all data here for the next start; without it they are removed at the end.")
    private @Nullable Path dataDirectory;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the simulated world (default 1).")
    private long seed;

    @Override
    public Integer call() throws Exception {
        return DemoRun.run(settings(), Installation.find(), System.out);
    }

    /** Everything that can be wrong is found here, before anything starts. */
    private DemoSettings settings() throws DemoException {
        checkPort();
        checkReport();
        return new DemoSettings(
                port, duration == null ? null : duration(duration), traffic(), report, dataDirectory, apiKey(), seed);
    }

    private DemoSettings.@Nullable Traffic traffic() throws DemoException {
        if (rate != null && !(rate > 0 && rate <= MAX_RATE)) {
            throw DemoException.usage("--rate must be more than 0 and at most " + (int) MAX_RATE);
        }
        if (noTraffic) {
            if (transactions != null || rate != null || speed != null) {
                throw DemoException.usage("--no-traffic sends nothing; leave out --transactions, --rate and --speed");
            }
            return null;
        }
        if (transactions == null) {
            if (mapping != null || speed != null) {
                throw DemoException.usage("--mapping and --speed are for a file; name it with --transactions FILE");
            }
            return new DemoSettings.Simulated(rate == null ? DEFAULT_RATE : rate);
        }
        return replay(transactions);
    }

    private DemoSettings.Replay replay(Path file) throws DemoException {
        if (mapping == null) {
            throw DemoException.usage("--transactions needs --mapping: one of "
                    + String.join(", ", CsvMapping.builtIn()) + ", or a mapping file");
        }
        if (rate != null && speed != null) {
            throw DemoException.usage("give either --rate or --speed, not both");
        }
        try (CsvEvents opened = CsvEvents.open(file, CsvMapping.resolve(mapping))) {
            if (!opened.hasNext()) {
                throw DemoException.usage("transactions file " + file + " has a header and no rows");
            }
        } catch (CsvException | YamlException e) {
            throw DemoException.usage(String.valueOf(e.getMessage()));
        }
        try {
            Pace pace = speed != null ? Pace.parseSpeed(speed) : new Pace.Rate(rate == null ? DEFAULT_RATE : rate);
            return new DemoSettings.Replay(file, mapping, pace);
        } catch (IllegalArgumentException e) {
            throw DemoException.usage("--" + e.getMessage());
        }
    }

    private static Duration duration(String text) throws DemoException {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw DemoException.usage("--duration must be a time such as 30s, 5m or 1h, not '" + text + "'");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    private void checkPort() throws DemoException {
        if (port < 1 || port > 65_535) {
            throw DemoException.usage("--port must be 1 to 65535");
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(port));
        } catch (IOException e) {
            throw DemoException.usage("port " + port + " cannot be used (" + e.getMessage()
                    + "); stop what listens there, or choose another with --port");
        }
    }

    private void checkReport() throws DemoException {
        if (report == null) {
            return;
        }
        Path directory = report.toAbsolutePath().getParent();
        if (Files.isDirectory(report)
                || (directory != null && Files.exists(directory) && !Files.isWritable(directory))) {
            throw DemoException.usage("--report " + report + " cannot be written; give a file in a writable directory");
        }
    }

    private static String apiKey() {
        String key = System.getenv("TOLLGATE_API_KEY");
        return key == null || key.isBlank() ? DemoSettings.KNOWN_KEY : key;
    }

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    /** Runs the command and answers with its exit code. */
    static int execute(String... arguments) {
        CommandLine command = new CommandLine(new Demo());
        command.setParameterExceptionHandler((error, words) -> {
            System.err.println("tollgate demo: " + error.getMessage() + " (see ./tollgate demo --help)");
            return DemoException.USAGE;
        });
        command.setExecutionExceptionHandler((error, failed, parsed) -> {
            if (error instanceof DemoException demo) {
                System.err.println("tollgate demo: " + demo.getMessage());
                return demo.exitCode();
            }
            if (error instanceof IOException) {
                System.err.println("tollgate demo: " + error.getMessage());
                return DemoException.FAILED;
            }
            throw error;
        });
        return command.execute(arguments);
    }
}
