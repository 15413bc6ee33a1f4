package io.tollgate.pipeline.sets;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetFile;
import io.tollgate.features.spec.FeatureSetReader;
import io.tollgate.pipeline.Pipeline;
import io.tollgate.pipeline.command.RedisOptions;
import io.tollgate.pipeline.command.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes a set beside those that are there: its definition for the replicas, then its features. */
@Command(
        name = "publish",
        description = {
            "Publish a feature set beside the others.",
            "Keeps the definition in Redis, where replicas find it, then runs a publisher for it from the beginning of"
                    + " the event log until it is told to end. Writes keys fs:VERSION:… and a checkpoint of its own;"
                    + " touches no other version's keys. Options of the publisher follow after --, as in: publish FILE --"
                    + " --threads 4"
        })
public final class PublishCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE|NAME", description = "Feature-set file, or the name of a built-in set.")
    private String set = "";

    @Parameters(index = "1..*", paramLabel = "-- OPTION", description = "Options of ./tollgate stream.")
    private List<String> more = new ArrayList<>();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Holds this set's checkpoint (default: <TOLLGATE_DATA_DIR>/sets/VERSION).")
    private @Nullable String dataDir;

    @Option(names = "--definition-only", description = "Start no publisher.")
    private boolean definitionOnly;

    @Mixin
    private RedisOptions redis = new RedisOptions();

    @Override
    public Integer call() {
        FeatureSetFile file = Sets.file(set);
        FeatureEngine engine = Sets.compile(set);
        FeatureSet wanted = engine.featureSet();
        try (SetStore store = new SetStore(redis.target())) {
            register(store, wanted, file.text());
            say(store, wanted);
        }
        if (definitionOnly) {
            return 0;
        }
        List<String> arguments = new ArrayList<>(List.of("stream", "--feature-set", set, "--data-dir", data(wanted)));
        arguments.addAll(redis.arguments());
        arguments.addAll(more);
        return Pipeline.execute(arguments.toArray(String[]::new));
    }

    private String data(FeatureSet wanted) {
        if (dataDir != null) {
            return dataDir;
        }
        String root = System.getenv().getOrDefault("TOLLGATE_DATA_DIR", "tollgate-data");
        return root + "/sets/" + wanted.version();
    }

    private static void register(SetStore store, FeatureSet wanted, String text) {
        FeatureSet standing = FeatureSetReader.read(
                ActiveFeatureSet.PUBLISHED_KEY + " " + wanted.version(), store.register(wanted.version(), text));
        if (standing.hash() != wanted.hash()) {
            throw new UsageException(wanted.version() + " is published already as " + standing.id() + " ("
                    + standing.hashText() + ") and never changes; give this definition (" + wanted.hashText()
                    + ") another version");
        }
    }

    private void say(SetStore store, FeatureSet wanted) {
        System.out.printf(
                "%s (%s): definition kept in redis at %s for all replicas%n",
                wanted.id(), wanted.hashText(), store.where());
        if (!definitionOnly) {
            System.out.printf(
                    "publishing keys fs:%s:… from the beginning of the event log; checkpoint under %s; Ctrl-C ends"
                            + " it%n",
                    wanted.version(), data(wanted));
        }
    }
}
