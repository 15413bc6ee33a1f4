package io.tollgate.model.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tollgate.model.artifact.TestModels.Trained;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeEnsembleTest {
    private static final double AGREEMENT = 1e-6;

    @ParameterizedTest
    @CsvSource({"1,1,1", "5,3,20", "40,6,200", "12,9,30"})
    void probability_equalsXgboost_forAnyShape(int features, int depth, int trees) throws Exception {
        Trained trained = TestModels.train(features, depth, trees, 42);

        assertAgreement(trained, XgboostJsonReader.read(trained.json()));
    }

    @Test
    void probability_equalsXgboost_whenTheModelIsUbjson() throws Exception {
        Trained trained = TestModels.train(10, 5, 40, 7);

        assertAgreement(trained, XgboostJsonReader.read(trained.ubjson()));
    }

    @Test
    void probability_equalsXgboost_whenTheBaseScoreIsSet() throws Exception {
        Trained trained = TestModels.train(10, 20, 11, Map.of("base_score", 0.013, "scale_pos_weight", 20));

        assertAgreement(trained, XgboostJsonReader.read(trained.json()));
    }

    @Test
    void probability_equalsXgboost_whenTreesGrowByLeaf() throws Exception {
        Trained trained =
                TestModels.train(10, 20, 11, Map.of("grow_policy", "lossguide", "max_leaves", 40, "max_depth", 0));

        assertAgreement(trained, XgboostJsonReader.read(trained.json()));
    }

    @Test
    void probability_equalsXgboost_whenAValueIsExactlyAThreshold() throws Exception {
        Trained trained = TestModels.train(4, 4, 10, 3);
        XgboostModel model = XgboostJsonReader.read(trained.json());
        double[] rows = trained.rows().clone();
        int row = 0;
        for (XgboostModel.Tree tree : model.trees()) {
            for (int node = 0; node < tree.nodes(); node++) {
                if (!tree.isLeaf(node)) {
                    rows[row++ * 4 + tree.feature()[node]] = tree.value()[node];
                }
            }
        }

        assertAgreement(new Trained(trained.booster(), rows, 4, trained.count()), model);
    }

    private static void assertAgreement(Trained trained, XgboostModel model) throws Exception {
        TreeEnsemble ensemble = TreeEnsemble.of(model);
        float[][] expected = trained.booster().predict(trained.matrix());
        for (int i = 0; i < trained.count(); i++) {
            assertThat(ensemble.probability(trained.rows(), i * trained.features()))
                    .as("row %d", i)
                    .isCloseTo(expected[i][0], within(AGREEMENT));
        }
    }
}
