package io.tollgate.local.demo;

import io.tollgate.local.EmbeddedStack;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.endpoint.ModelEndpoint;
import io.tollgate.local.process.ChildProcess;
import io.tollgate.model.artifact.ModelArtifact;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Everything that runs, started side by side where possible and stopped in the reverse order. {@link #close} may be
 * called from any thread, also while {@link #start} is at work.
 */
final class DemoStack implements AutoCloseable {
    /** Starts take some 15 s on two cores, three times that when they are busy. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final DemoSettings settings;
    private final Installation installation;
    private final Workspace workspace;
    private final Watch watch;
    private final ServiceProbe probe;
    private final Consumer<String> progress;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private boolean closed;
    private BackendSettings backends = new BackendSettings(Map.of());
    private Issuer.Documents documents = (container, document) -> {
        throw new IllegalStateException("there is no Cosmos DB before the start");
    };

    DemoStack(
            DemoSettings settings,
            Installation installation,
            Workspace workspace,
            Watch watch,
            Consumer<String> progress) {
        this.settings = settings;
        this.installation = installation;
        this.workspace = workspace;
        this.watch = watch;
        this.progress = progress;
        this.probe = new ServiceProbe(url(), settings.apiKey());
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + settings.port());
    }

    ServiceProbe probe() {
        return probe;
    }

    BackendSettings backends() {
        return backends;
    }

    /** Returns when the first decision can be asked for. */
    void start() throws DemoException, InterruptedException, IOException {
        Training training =
                new Training(installation, workspace, settings.seed(), Clock.systemUTC(), progress, this::own);
        ExecutorService starters = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "demo-start");
            thread.setDaemon(true);
            return thread;
        });
        Path model;
        DemoProcesses processes;
        try {
            Future<Path> trained = starters.submit((Callable<Path>) training::model);
            Future<EmbeddedStack> stack = starters.submit(this::startBackends);
            EmbeddedStack embedded = result(stack, "the backends did not start");
            backends = embedded.settings();
            documents = (container, document) ->
                    embedded.cosmos().upsert(embedded.settings().cosmosDatabase(), container, document);
            processes = new DemoProcesses(installation, workspace, settings, backends);
            processes.writeEnvironment();
            watched("feature-pipeline", processes.startPipeline());
            model = result(trained, "there is no model");
        } finally {
            starters.shutdownNow();
        }
        ModelEndpoint endpoint = own(ModelEndpoint.start(ModelArtifact.read(model), 0));
        watched("scoring-api", processes.startService(model, endpoint.url()));
        if (!watch.until(probe::ready, START_LIMIT)) {
            throw DemoException.failed("the service was not ready within " + START_LIMIT.toMinutes() + " minutes; "
                    + LogTail.of(workspace.log("scoring-api")));
        }
    }

    /** Returns when the pipeline's queries run. */
    void awaitPipeline() throws DemoException, InterruptedException {
        if (!watch.until(() -> PipelineStatus.read(workspace.pipelineStatus()).running(), START_LIMIT)) {
            throw DemoException.failed("the pipeline did not run within " + START_LIMIT.toMinutes() + " minutes; "
                    + LogTail.of(workspace.log("feature-pipeline")));
        }
    }

    /** Starts what no decision waits for: the feed of reference data and outcomes. */
    void startFeed() throws IOException {
        watched("feed", new DemoProcesses(installation, workspace, settings, backends).startFeed());
    }

    /** Where the issuer's documents go. */
    Issuer.Documents documents() {
        return documents;
    }

    private EmbeddedStack startBackends() throws IOException {
        Path data = workspace.isTemporary() ? null : workspace.backends();
        return own(EmbeddedStack.start(BackendOptions.all().withDataDir(data)));
    }

    private void watched(String name, ChildProcess process) {
        own(process);
        watch.over(name, process, workspace.log(name));
    }

    /** Takes over what must be closed; closes it at once if everything else is closed already. */
    private synchronized <T extends AutoCloseable> T own(T started) {
        if (closed) {
            close(started);
            throw new IllegalStateException("the demo is being stopped");
        }
        running.push(started);
        return started;
    }

    @Override
    public synchronized void close() {
        closed = true;
        watch.stopping();
        while (!running.isEmpty()) {
            close(running.pop());
        }
    }

    private void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            progress.accept("could not stop " + part.getClass().getSimpleName() + " in order: " + e.getMessage());
        }
    }

    private static <T> T result(Future<T> future, String problem) throws DemoException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DemoException known) {
                throw known;
            }
            throw DemoException.failed(problem + ": " + e.getCause(), e);
        }
    }
}
