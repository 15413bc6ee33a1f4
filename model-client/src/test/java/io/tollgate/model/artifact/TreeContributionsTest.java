package io.tollgate.model.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tollgate.model.artifact.TestModels.Trained;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeContributionsTest {
    // XGBoost adds 32-bit floats over all trees; we add doubles.
    private static final double AGREEMENT = 1e-5;
    // XGBoost takes milliseconds for each.
    private static final int ROWS = 200;

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,6,10", "40,6,50", "12,5,100"})
    void explain_equalsXgboost_whenTabulated(int features, int depth, int trees) throws Exception {
        Trained trained = TestModels.train(features, depth, trees, 42);

        assertAgreement(trained, TreeContributions.of(XgboostJsonReader.read(trained.json())));
    }

    @ParameterizedTest
    @CsvSource({"3,6,10", "20,10,10"})
    void explain_equalsXgboost_whenTablesWouldNotFit(int features, int depth, int trees) throws Exception {
        Trained trained = TestModels.train(features, depth, trees, 43);

        assertAgreement(trained, TreeContributions.of(XgboostJsonReader.read(trained.json()), 0));
    }

    @Test
    void explain_addsUpToTheMargin_always() throws Exception {
        Trained trained = TestModels.train(40, 6, 50, 44);
        XgboostModel model = XgboostJsonReader.read(trained.json());
        TreeContributions explainer = TreeContributions.of(model);
        TreeEnsemble ensemble = TreeEnsemble.of(model);
        double[] contributions = new double[40];
        for (int i = 0; i < trained.count(); i++) {
            explainer.explain(trained.rows(), i * 40, contributions);
            double sum = explainer.expectedMargin();
            for (double contribution : contributions) {
                sum += contribution;
            }
            assertThat(sum).isCloseTo(ensemble.margin(trained.rows(), i * 40), within(1e-4));
        }
    }

    @Test
    void strongest_areTheLargestTowardsFraud_inOrder() throws Exception {
        Trained trained = TestModels.train(10, 4, 20, 45);
        TreeContributions explainer = TreeContributions.of(XgboostJsonReader.read(trained.json()));
        double[] contributions = new double[10];
        explainer.explain(trained.rows(), 0, contributions);

        List<Contribution> strongest = explainer.strongest(trained.rows(), 0, 3);

        assertThat(strongest).hasSize(3).isSortedAccordingTo((a, b) -> Double.compare(b.logOdds(), a.logOdds()));
        assertThat(strongest).allSatisfy(one -> {
            assertThat(one.logOdds()).isPositive().isEqualTo(contributions[one.featureIndex()]);
        });
        double weakest = strongest.get(2).logOdds();
        assertThat(contributions).satisfies(all -> {
            assertThat(Arrays.stream(all).filter(value -> value > weakest).count())
                    .isEqualTo(2);
        });
    }

    private static void assertAgreement(Trained trained, TreeContributions explainer) throws Exception {
        float[][] expected = trained.booster().predictContrib(trained.matrix(ROWS), 0);
        int features = trained.features();
        double[] contributions = new double[features];
        assertThat(explainer.expectedMargin()).isCloseTo(expected[0][features], within(AGREEMENT));
        for (int i = 0; i < ROWS; i++) {
            explainer.explain(trained.rows(), i * features, contributions);
            for (int f = 0; f < features; f++) {
                assertThat(contributions[f]).as("row %d feature %d", i, f).isCloseTo(expected[i][f], within(AGREEMENT));
            }
        }
    }
}
