package io.tollgate.local.drill;

import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.demo.Installation;
import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts a command of the pipeline in a process of its own. */
final class PipelineProcess {
    private static final String MAIN = "io.tollgate.pipeline.Pipeline";

    private PipelineProcess() {}

    /**
     * @param name of the log in the directory
     * @param heap as the JVM's option has it
     */
    static ChildProcess start(
            String name,
            Installation installation,
            BackendSettings backends,
            Path directory,
            String heap,
            List<String> arguments)
            throws IOException {
        List<String> options = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx" + heap));
        Map<String, String> environment = new HashMap<>(DrillService.shared(backends));
        backends.find(BackendSettings.COSMOS_ENDPOINT).ifPresent(endpoint -> {
            backends.trustStoreProperties().forEach((key, value) -> options.add("-D" + key + "=" + value));
            environment.put("TOLLGATE_COSMOS_ENDPOINT", endpoint);
            environment.put("TOLLGATE_COSMOS_KEY", backends.cosmosKey());
            environment.put("TOLLGATE_COSMOS_DATABASE", backends.cosmosDatabase());
            environment.put("TOLLGATE_COSMOS_ENDPOINT_DISCOVERY", "false");
        });
        return ChildProcess.named(name)
                .command(installation.java(
                        "feature-pipeline", MAIN, options, arguments, directory.resolve(name + ".args")))
                .environment(environment)
                .directory(directory)
                .log(directory.resolve(name + ".log"))
                .start();
    }
}
