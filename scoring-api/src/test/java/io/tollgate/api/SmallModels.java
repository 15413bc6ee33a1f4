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

/** Model directories for tests: one tree with one split, bound to a feature set. */
final class SmallModels {
    private SmallModels() {}

    static Path write(Path directory, FeatureSet set, String version) {
        List<String> names = set.features().stream().map(FeatureSpec::name).toList();
        String booster = """
            {"version":[3,0,0],"learner":{"feature_names":[],
             "learner_model_param":{"base_score":"5E-1","num_feature":"%d","num_class":"0","num_target":"1"},
             "objective":{"name":"binary:logistic"},
             "gradient_booster":{"name":"gbtree","model":{"trees":[
              {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[0,0,0],
               "split_conditions":[3.0,-2.0,2.0],"sum_hessian":[4.0,3.0,1.0],"default_left":[1,0,0],
               "split_type":[0,0,0]}]}}}}\
            """.formatted(names.size());
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
