package io.tollgate.local.endpoint;

import io.tollgate.model.artifact.ModelArtifact;
import io.tollgate.model.artifact.ModelArtifactException;
import java.nio.file.Path;

/** Serves a model directory as a process of its own, until it is ended. */
public final class ModelEndpointProcess {
    private ModelEndpointProcess() {}

    /** Takes a model directory and a port, 0 for a free one; prints {@code ready: URL}. Exit code 2 on bad input. */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2 || !arguments[1].matches("[0-9]{1,5}")) {
            System.err.println("usage: ModelEndpointProcess MODEL_DIRECTORY PORT");
            System.exit(2);
        }
        try {
            ModelArtifact artifact = ModelArtifact.read(Path.of(arguments[0]));
            ModelEndpoint endpoint = ModelEndpoint.start(artifact, Integer.parseInt(arguments[1]));
            System.out.println("ready: " + endpoint.url());
            Thread.currentThread().join();
        } catch (ModelArtifactException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }
}
