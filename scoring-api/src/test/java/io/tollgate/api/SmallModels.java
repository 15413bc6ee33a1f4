package io.tollgate.api;

import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.model.artifact.ModelArtifactWriter;
import io.tollgate.model.artifact.ModelMetadata;
import io.tollgate.model.artifact.ModelVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Model directories for tests: a tree with one split per feature that matters, bound to a feature set. */
public final class SmallModels {
    /** Declines an expensive first payment online, whatever the rules say. */
    public static final List<Split> CAUTIOUS = List.of(
            new Split("tx_amount", 400, -1, 2),
            new Split("card_device_is_new", 0.5, -0.5, 1),
            new Split("card_merchant_is_new", 0.5, -0.25, 0.5),
            new Split("card_tx_count_1h", 3, -0.125, 1.5));

    private SmallModels() {}

    /**
     * @param below log-odds for values under {@code at}
     * @param from log-odds for all others
     */
    public record Split(String feature, double at, double below, double from) {
        String tree(List<String> names) {
            return """
                    {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[%d,0,0],
                     "split_conditions":[%s,%s,%s],"sum_hessian":[4.0,3.0,1.0],"default_left":[1,0,0],
                     "split_type":[0,0,0]}""".formatted(names.indexOf(feature), at, below, from);
        }
    }

    /** One that looks at the first feature only. */
    public static Path write(Path directory, FeatureSet set, String version) {
        return write(
                directory, set, version, List.of(new Split(set.features().get(0).name(), 3, -2, 2)));
    }

    public static Path write(Path directory, FeatureSet set, String version, List<Split> splits) {
        List<String> names = set.features().stream().map(FeatureSpec::name).toList();
        String trees = splits.stream().map(split -> split.tree(names)).collect(Collectors.joining(","));
        String booster = """
            {"version":[3,0,0],"learner":{"feature_names":[],
             "learner_model_param":{"base_score":"5E-1","num_feature":"%d","num_class":"0","num_target":"1"},
             "objective":{"name":"binary:logistic"},
             "gradient_booster":{"name":"gbtree","model":{"trees":[%s]}}}}\
            """.formatted(names.size(), trees);
        new ModelArtifactWriter(Clock.systemUTC())
                .write(
                        directory,
                        booster.getBytes(StandardCharsets.UTF_8),
                        names,
                        new ModelMetadata(
                                new ModelVersion("fraud", version),
                                set.id(),
                                set.hashText(),
                                Instant.parse("2026-11-01T00:00:00Z"),
                                Map.of()),
                        new Random(1).doubles(names.size()).toArray());
        return directory;
    }
}
