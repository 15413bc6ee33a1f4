package io.tollgate.local.demo;

import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The processes of the demonstration and their settings. */
final class DemoProcesses {
    static final String TOPIC = "txn_events";
    static final String PIPELINE_MAIN = "io.tollgate.pipeline.Pipeline";

    /**
     * Two cores are shared by five programs, each new: a collector with one thread leaves the others alone, and what the
     * second compiler does in their first minutes takes more than it gives (measured: service 9.1 s of CPU in 15 s with
     * it, 5.4 s without).
     */
    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    static final List<String> PIPELINE_JVM = withHeap("1g");

    /** Two pages of documents and the SDK. */
    private static final List<String> FEED_JVM = withHeap("192m");

    private static final List<String> SERVICE_JVM = withHeap("512m");

    /** Appends compete with decisions for two cores, and nobody reads the tables before the traffic ends. */
    private static final String HISTORY_TRIGGER = "PT20S";

    private static final String SERVICE_MAIN = "io.tollgate.api.ScoringApi";

    /** Keys the hashes of card tokens; the tokens of a demonstration are nobody's. */
    private static final String KEY_SECRET = "demonstration-only-secret";

    /** A hundred years: a replayed file may be old. */
    private static final int MAX_AGE_DAYS = 36_525;

    private final Installation installation;
    private final Workspace workspace;
    private final DemoSettings settings;
    private final BackendSettings backends;

    DemoProcesses(Installation installation, Workspace workspace, DemoSettings settings, BackendSettings backends) {
        this.installation = installation;
        this.workspace = workspace;
        this.settings = settings;
        this.backends = backends;
    }

    private static List<String> withHeap(String size) {
        List<String> options = new ArrayList<>(JVM);
        options.add("-Xmx" + size);
        return List.copyOf(options);
    }

    /** The decision service. */
    ChildProcess startService(Path model, URI endpoint) throws IOException {
        Map<String, String> environment = common();
        environment.put("SPRING_PROFILES_ACTIVE", "local");
        environment.put("TOLLGATE_PORT", Integer.toString(settings.port()));
        environment.put("TOLLGATE_API_KEY", settings.apiKey());
        environment.put("TOLLGATE_MODEL_DIR", model + "," + Files.createDirectories(workspace.models()));
        environment.put("TOLLGATE_MODEL_URL", endpoint.toString());
        environment.put("TOLLGATE_OUTBOX_DIR", workspace.outbox().toString());
        if (replays()) {
            environment.put("TOLLGATE_TIME_MAX_AGE", MAX_AGE_DAYS + "d");
        }
        return start("scoring-api", "scoring-api", SERVICE_MAIN, SERVICE_JVM, List.of(), environment);
    }

    /** The streaming job: publisher and history. */
    ChildProcess startPipeline() throws IOException {
        Files.deleteIfExists(workspace.pipelineStatus()); // a killed start's says that it runs
        // For the commands that look at the data afterwards; the secret is no secret here.
        Files.writeString(Files.createDirectories(workspace.pipeline()).resolve("key-secret"), KEY_SECRET);
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--trigger",
                HISTORY_TRIGGER,
                "--data-dir",
                workspace.pipeline().toString(),
                "--status-file",
                workspace.pipelineStatus().toString()));
        if (replays()) {
            arguments.addAll(List.of("--max-event-age", "P" + MAX_AGE_DAYS + "D"));
        }
        return start("feature-pipeline", "feature-pipeline", PIPELINE_MAIN, PIPELINE_JVM, arguments, common());
    }

    /** Writes down where everything is, for commands that are tried on a running demonstration. */
    void writeEnvironment() throws IOException {
        Map<String, String> environment = new TreeMap<>(common());
        environment.keySet().removeIf(name -> name.startsWith("TOLLGATE_COSMOS_"));
        if (settings.hasKnownKey()) {
            environment.put("TOLLGATE_API_KEY", settings.apiKey());
        }
        environment.put("TOLLGATE_DATA_DIR", workspace.pipeline().toString());
        StringBuilder text = new StringBuilder();
        environment.forEach((name, value) -> text.append("export ")
                .append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        Files.writeString(workspace.environment(), text);
    }

    /** The feed from Cosmos DB. */
    ChildProcess startFeed() throws IOException {
        Files.deleteIfExists(workspace.feedStatus()); // an earlier start's counts are not this one's
        Map<String, String> environment = common();
        environment.put("TOLLGATE_COSMOS_ENDPOINT_DISCOVERY", "false");
        List<String> arguments = List.of(
                "feed",
                "--data-dir",
                workspace.pipeline().toString(),
                "--status-file",
                workspace.feedStatus().toString());
        return start("feed", "feature-pipeline", PIPELINE_MAIN, FEED_JVM, arguments, environment);
    }

    private boolean replays() {
        return settings.traffic() instanceof DemoSettings.Replay;
    }

    private Map<String, String> common() {
        Map<String, String> environment = new HashMap<>();
        environment.put("TOLLGATE_REDIS_URI", backends.redisUri());
        environment.put("TOLLGATE_KAFKA_BOOTSTRAP", backends.kafkaProperties().getOrDefault("bootstrap.servers", ""));
        environment.put("TOLLGATE_TOPIC", TOPIC);
        environment.put("TOLLGATE_KEY_SECRET", KEY_SECRET);
        backends.find(BackendSettings.COSMOS_ENDPOINT).ifPresent(endpoint -> {
            environment.put("TOLLGATE_COSMOS_ENDPOINT", endpoint);
            environment.put("TOLLGATE_COSMOS_KEY", backends.cosmosKey());
            environment.put("TOLLGATE_COSMOS_DATABASE", backends.cosmosDatabase());
        });
        return environment;
    }

    private ChildProcess start(
            String name,
            String module,
            String mainClass,
            List<String> jvm,
            List<String> arguments,
            Map<String, String> environment)
            throws IOException {
        List<String> options = new ArrayList<>(jvm);
        if (backends.find(BackendSettings.TRUST_STORE).isPresent()) {
            backends.trustStoreProperties().forEach((key, value) -> options.add("-D" + key + "=" + value));
        }
        return ChildProcess.named(name)
                .command(installation.java(module, mainClass, options, arguments, workspace.argfile(name)))
                .environment(environment)
                .directory(workspace.root())
                .log(workspace.log(name))
                .start();
    }
}
