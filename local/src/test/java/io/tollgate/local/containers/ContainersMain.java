package io.tollgate.local.containers;

import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsServer;
import java.io.IOException;
import java.util.List;

/** As {@link io.tollgate.local.BackendsMain}, with containers. */
public final class ContainersMain {
    private ContainersMain() {}

    /** @param arguments as {@link BackendOptions#toArguments} writes them */
    public static void main(String[] arguments) throws IOException {
        System.setProperty("logback.configurationFile", "io/tollgate/local/backends-logback.xml");
        BackendsServer.run(ContainerBackends.start(BackendOptions.parse(List.of(arguments))), System.out);
    }
}
