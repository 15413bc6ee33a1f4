package io.tollgate.local;

import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsServer;
import java.io.IOException;
import java.util.List;

/**
 * The embedded backends as a process: prints their settings as one line of JSON and runs until it is told to end. Use
 * it through {@link io.tollgate.local.backends.BackendsProcess}.
 */
public final class BackendsMain {
    private BackendsMain() {}

    /** @param arguments as {@link BackendOptions#toArguments} writes them */
    public static void main(String[] arguments) throws IOException {
        System.setProperty("logback.configurationFile", "io/tollgate/local/backends-logback.xml");
        BackendsServer.run(EmbeddedStack.start(BackendOptions.parse(List.of(arguments))), System.out);
    }
}
