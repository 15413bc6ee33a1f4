package io.tollgate.pipeline.feed;

import io.tollgate.pipeline.command.EngineOptions;
import io.tollgate.pipeline.command.HubOptions;
import io.tollgate.pipeline.command.UsageException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code feed}: options into settings, then {@link FeedJob}. */
@Command(
        name = "feed",
        description = "Feed reference data and outcomes: Cosmos DB's change feed to hub. Runs until it is told to end.")
public final class FeedCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Option(
            names = "--cosmos-endpoint",
            paramLabel = "URI",
            defaultValue = "${env:TOLLGATE_COSMOS_ENDPOINT:-}",
            description = "Cosmos DB account (TOLLGATE_COSMOS_ENDPOINT).")
    private String endpoint = "";

    @Option(
            names = "--cosmos-key",
            paramLabel = "TEXT",
            defaultValue = "${env:TOLLGATE_COSMOS_KEY:-}",
            description = "A key of the account, read-only is enough (TOLLGATE_COSMOS_KEY; prefer the variable,"
                    + " options show in process lists).")
    private String key = "";

    @Option(
            names = "--cosmos-database",
            paramLabel = "NAME",
            defaultValue = "${env:TOLLGATE_COSMOS_DATABASE:-tollgate}",
            description = "Holds account_card_reference and fraud_outcomes (TOLLGATE_COSMOS_DATABASE; default"
                    + " ${DEFAULT-VALUE}).")
    private String database = "";

    @Option(
            names = "--cosmos-mode",
            defaultValue = "${env:TOLLGATE_COSMOS_MODE:-GATEWAY}",
            description = "GATEWAY: HTTPS only; DIRECT: TCP to the replicas (TOLLGATE_COSMOS_MODE; default"
                    + " ${DEFAULT-VALUE}).")
    private CosmosSource.Mode mode = CosmosSource.Mode.GATEWAY;

    @Option(
            names = "--cosmos-endpoint-discovery",
            arity = "1",
            defaultValue = "${env:TOLLGATE_COSMOS_ENDPOINT_DISCOVERY:-true}",
            description = "Follow the account's own list of regional endpoints (TOLLGATE_COSMOS_ENDPOINT_DISCOVERY;"
                    + " default ${DEFAULT-VALUE}).")
    private boolean endpointDiscovery = true;

    @Mixin
    private HubOptions hub = new HubOptions();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "${env:TOLLGATE_DATA_DIR:-tollgate-data}",
            description = "Holds feed/, how far the feed has read (TOLLGATE_DATA_DIR; default ${DEFAULT-VALUE}).")
    private Path dataDir = Path.of("");

    @Option(
            names = "--status-file",
            paramLabel = "FILE",
            description = "Status as JSON, lag included, replaced about once a second (default"
                    + " <data-dir>/feed-status.json).")
    private @Nullable Path statusFile;

    @Option(
            names = "--page-size",
            paramLabel = "N",
            defaultValue = "200",
            description = "Documents per read, 1 to 1000 (default ${DEFAULT-VALUE}); a crash repeats a page at most.")
    private int pageSize;

    @Option(
            names = "--poll-interval",
            paramLabel = "DURATION",
            defaultValue = "PT1S",
            description = "How long a container without news is left alone (ISO 8601; default ${DEFAULT-VALUE}).")
    private Duration pollInterval = Duration.ofSeconds(1);

    @Option(
            names = "--reference-loads",
            paramLabel = "N",
            defaultValue = "100",
            description = "References that payments miss are loaded at most so many a second; 0 for none (default"
                    + " ${DEFAULT-VALUE}).")
    private int loadsPerSecond;

    @Override
    public Integer call() throws InterruptedException {
        FeedJob job = new FeedJob(settings(), Clock.systemUTC());
        Thread hook = new Thread(() -> stop(job), "feed-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            job.run();
            return 0;
        } catch (FeedException e) {
            if (spec == null) {
                throw e;
            }
            spec.commandLine().getErr().println("feed: " + e.getMessage());
            return 1;
        }
    }

    private FeedSettings settings() {
        try {
            return new FeedSettings(
                    new CosmosSource(URI.create(endpoint), key, database, mode, endpointDiscovery),
                    new HubTarget(hub.bootstrap(), hub.topic(), hub.clientOptions()),
                    engine.source(),
                    dataDir.resolve("feed"),
                    statusFile == null ? dataDir.resolve("feed-status.json") : statusFile,
                    pageSize,
                    pollInterval,
                    loadsPerSecond);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void stop(FeedJob job) {
        try {
            job.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
