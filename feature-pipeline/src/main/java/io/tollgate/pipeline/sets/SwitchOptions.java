package io.tollgate.pipeline.sets;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.pipeline.command.UsageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Which service is switched, and the switch itself. */
public final class SwitchOptions {
    /** The contract says one; beyond this a replica is stuck and not slow. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(50);

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            split = ",",
            description =
                    "The service (default ${DEFAULT-VALUE}). The first is told to switch; with the addresses of all"
                            + " replicas, each is waited for.")
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--api-key",
            paramLabel = "TOKEN",
            defaultValue = "${env:TOLLGATE_API_KEY:-}",
            description = "Bearer token with the scope admin (TOLLGATE_API_KEY; prefer the variable, options show in"
                    + " process lists).")
    private String apiKey = "";

    /**
     * Switches and waits until every replica named serves the set.
     *
     * @param path of the POST
     * @return the exit code: 0 done, 1 refused or a replica did not follow
     */
    int run(String path) throws InterruptedException {
        if (urls.isEmpty()) {
            throw new UsageException("--url names no service; give one such as http://127.0.0.1:8080");
        }
        List<AdminApi> replicas =
                urls.stream().map(url -> new AdminApi(url, apiKey)).toList();
        try {
            JsonNode now = replicas.get(0).post(path);
            long start = System.nanoTime();
            String version = now.path("active").asText();
            System.out.printf(
                    "%s is active, revision %d; before it: %s%n",
                    version, now.path("revision").asLong(), now.path("previous").asText("nothing"));
            for (AdminApi replica : replicas) {
                await(replica, version, start);
            }
            return 0;
        } catch (AdminApi.RefusedException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    private static void await(AdminApi replica, String version, long start) throws InterruptedException {
        JsonNode list = replica.get("v1/feature-sets");
        while (!list.path("active").asText().equals(version)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AdminApi.RefusedException(replica + " still serves "
                        + list.path("active").asText() + ": "
                        + list.path("problem").asText("it has not heard of the switch; does it share the same Redis?"));
            }
            Thread.sleep(PAUSE.toMillis());
            list = replica.get("v1/feature-sets");
        }
        System.out.printf(Locale.ROOT, "%s serves it after %d ms%n", replica, (System.nanoTime() - start) / 1_000_000);
    }
}
