package io.tollgate.local.demo;

import io.tollgate.local.process.ChildProcess;
import io.tollgate.local.sim.HistoryFile;
import io.tollgate.local.sim.SimulationSettings;
import io.tollgate.local.sim.Simulator;
import io.tollgate.model.artifact.ModelArtifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Sees that there is a model: the one of an earlier start, or one trained now on simulated history. */
final class Training {
    /** A minute on an idle laptop; past ten something hangs. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** The history ends so long ago, so that every outcome in it is known. */
    private static final Duration AGO = Duration.ofDays(7);

    /** Enough for the simulated patterns; more trees only make the first start slower. */
    private static final String ROUNDS = "60";

    private final Installation installation;
    private final Workspace workspace;
    private final long seed;
    private final Clock clock;
    private final Consumer<String> progress;
    private final Consumer<ChildProcess> owner;

    /**
     * @param owner takes over the training's process, to end it when the demonstration is stopped
     */
    Training(
            Installation installation,
            Workspace workspace,
            long seed,
            Clock clock,
            Consumer<String> progress,
            Consumer<ChildProcess> owner) {
        this.installation = installation;
        this.workspace = workspace;
        this.seed = seed;
        this.clock = clock;
        this.progress = progress;
        this.owner = owner;
    }

    /** Where the model lies; trains it if it is not there. */
    Path model() throws IOException, DemoException, InterruptedException {
        Path cached = new ModelCache(installation, seed).directory();
        if (!Files.isDirectory(cached)) {
            Path trained = train();
            Files.createDirectories(cached.getParent());
            Directories.copyWhole(trained, cached);
            Directories.delete(trained);
        }
        ModelArtifact.read(cached);
        return cached;
    }

    private Path train() throws IOException, DemoException, InterruptedException {
        Instant until = clock.instant().minus(AGO).truncatedTo(ChronoUnit.DAYS);
        Path history = workspace.root().resolve("history.csv");
        Simulator simulator = new Simulator(SimulationSettings.DEFAULT.withSeed(seed));
        long payments = HistoryFile.write(history, simulator, until);
        progress.accept(String.format(
                "training a model on %,d simulated payments (first start only, about half a minute)", payments));
        Path model = workspace.root().resolve("model-in-training");
        Directories.delete(model); // an earlier start was interrupted
        List<String> arguments = List.of(
                "train",
                "--transactions",
                history.toString(),
                "--mapping",
                "simulated",
                "--rounds",
                ROUNDS,
                "--out",
                model.toString());
        ChildProcess process = ChildProcess.named("training")
                .command(installation.java(
                        "feature-pipeline",
                        DemoProcesses.PIPELINE_MAIN,
                        DemoProcesses.PIPELINE_JVM,
                        arguments,
                        workspace.argfile("training")))
                .log(workspace.log("training"))
                .start();
        owner.accept(process);
        try (process) {
            int status = process.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (status != 0) {
                throw DemoException.failed("the training failed with exit status " + status + "; "
                        + LogTail.of(workspace.log("training")));
            }
        } catch (TimeoutException e) {
            throw DemoException.failed("the training did not end within " + LIMIT.toMinutes() + " minutes; "
                    + LogTail.of(workspace.log("training")));
        } catch (ExecutionException e) {
            throw DemoException.failed("the training could not be watched: " + e.getMessage(), e);
        }
        Files.delete(history);
        return model;
    }
}
