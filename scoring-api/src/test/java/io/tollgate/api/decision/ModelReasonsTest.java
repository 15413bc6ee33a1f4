package io.tollgate.api.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tollgate.api.SmallModels;
import io.tollgate.api.decision.ModelReasons.Cause;
import io.tollgate.api.decision.ModelReasons.Outcome;
import io.tollgate.features.policy.Reason;
import io.tollgate.features.policy.ReasonCatalogue;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.model.artifact.Contribution;
import io.tollgate.model.artifact.ModelArtifact;
import io.tollgate.model.artifact.TreeContributions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelReasonsTest {
    private static final FeatureSet SET = FeatureSets.fraudV3();
    private static final int LIMIT = 3;

    @TempDir
    static Path directory;

    private static ModelArtifact artifact;
    private static ModelReasons reasons;

    @BeforeAll
    static void write() {
        artifact = ModelArtifact.read(SmallModels.write(directory.resolve("model"), SET, "7", randomSplits()));
        reasons = ModelReasons.of(artifact, SET, LIMIT);
    }

    private static List<SmallModels.Split> randomSplits() {
        Random random = new Random(3);
        List<SmallModels.Split> splits = new ArrayList<>();
        for (int i = 0; i < SET.features().size(); i += 2) {
            splits.add(new SmallModels.Split(
                    SET.features().get(i).name(), random.nextInt(10), random.nextGaussian(), random.nextGaussian()));
        }
        return splits;
    }

    private static double[] row(Random random) {
        return random.ints(SET.features().size(), 0, 12).asDoubleStream().toArray();
    }

    @Test
    void explain_givesTheStrongestContributions_inTheirOrderAndShares() {
        TreeContributions exact = artifact.buildContributions();
        ReasonCatalogue catalogue = ReasonCatalogue.of(SET);
        Random random = new Random(5);
        for (int n = 0; n < 200; n++) {
            double[] row = row(random);
            double score = artifact.ensemble().probability(row, 0);

            List<Reason> given = ((Outcome.Known) reasons.explain("fraud/7", score, row)).reasons();

            List<Contribution> all = exact.strongest(row, 0, row.length);
            double raised = all.stream().mapToDouble(Contribution::logOdds).sum();
            assertThat(given).hasSize(LIMIT);
            for (int i = 0; i < LIMIT; i++) {
                Contribution expected = all.get(i);
                int feature = expected.featureIndex();
                assertThat(given.get(i).code())
                        .isEqualTo(catalogue.entries().get(feature).code());
                assertThat(given.get(i).message())
                        .isEqualTo(
                                catalogue.forFeature(feature, row[feature], 0).message());
                assertThat(given.get(i).weight()).isCloseTo(expected.logOdds() / raised, within(1e-4));
            }
        }
    }

    @Test
    void explain_refuses_whenTheScoreIsNotTheArtifacts() {
        double[] row = row(new Random(9));
        double score = artifact.ensemble().probability(row, 0);

        assertThat(reasons.explain("fraud/8", score, row)).isEqualTo(new Outcome.Unknown(Cause.OTHER_MODEL));
        assertThat(reasons.explain("fraud/7", score > 0.5 ? score - 0.01 : score + 0.01, row))
                .isEqualTo(new Outcome.Unknown(Cause.OTHER_MODEL));
        assertThat(reasons.explain("fraud/7", Math.rint(score * 1e4) / 1e4, row))
                .isInstanceOf(Outcome.Known.class);
    }

    @Test
    void after_keepsTheRulesFirst_andGivesNoCodeTwice() {
        Reason rule = new Reason("IMPOSSIBLE_TRAVEL", "by rule", 0.2);
        Reason model = new Reason("AMOUNT", "by model", 0.9);

        assertThat(ModelReasons.after(List.of(rule), List.of(new Reason("IMPOSSIBLE_TRAVEL", "by model", 0.5), model)))
                .containsExactly(rule, model);
    }
}
