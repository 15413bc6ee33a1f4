package io.tollgate.pipeline.command;

import io.tollgate.features.csv.CsvException;
import io.tollgate.features.yaml.YamlException;
import io.tollgate.model.artifact.ModelVersion;
import io.tollgate.pipeline.train.TrainingException;
import io.tollgate.pipeline.train.TrainingRun;
import io.tollgate.pipeline.train.TrainingSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a model on a file of past payments. */
@Command(
        name = "train",
        description = "Train a model on a file of past payments and write it as an MLflow model directory.")
public final class TrainCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private TransactionsOptions file = new TransactionsOptions();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The model; must not exist yet.")
    private Path out = Path.of("");

    @Option(names = "--name", defaultValue = "fraud", description = "Name of the model (default ${DEFAULT-VALUE}).")
    private String name = "";

    @Option(names = "--model-version", defaultValue = "1", description = "Its version (default ${DEFAULT-VALUE}).")
    private String version = "";

    @Option(
            names = "--label-cutoff",
            paramLabel = "INSTANT",
            description = "Outcomes known later are not used (ISO 8601; default: now).")
    private @Nullable String labelCutoff;

    @Option(names = "--rounds", defaultValue = "100", description = "Number of trees (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--depth", defaultValue = "6", description = "Depth of a tree (default ${DEFAULT-VALUE}).")
    private int depth;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the training (default ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws Exception {
        Clock clock = Clock.systemUTC();
        try {
            TrainingRun run = new TrainingRun(
                    engine.sourceWithoutSecret().engine(), new TrainingSettings(rounds, depth, seed), clock, this::say);
            run.train(file.transactions(), file.mapping(), cutoff(clock), new ModelVersion(name, version), out);
            return 0;
        } catch (TrainingException | CsvException | YamlException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private Instant cutoff(Clock clock) {
        return labelCutoff == null ? clock.instant() : PastDataOptions.instant("--label-cutoff", labelCutoff);
    }

    private void say(String line) {
        if (spec != null) {
            spec.commandLine().getOut().println(line);
        }
    }
}
