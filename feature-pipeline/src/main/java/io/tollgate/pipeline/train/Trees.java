package io.tollgate.pipeline.train;

import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Boosted trees by XGBoost, in this process.
 *
 * @param rounds number of trees, 1 to 2,000: each costs the service some 40 ns a payment
 * @param depth of a tree, 1 to 12: past that the exact contributions take too long
 * @param seed of the rows drawn for each tree
 */
record Trees(int rounds, int depth, long seed) {
    Trees {
        if (rounds < 1 || rounds > 2_000) {
            throw new TrainingException("rounds must be 1 to 2,000");
        }
        if (depth < 1 || depth > 12) {
            throw new TrainingException("depth must be 1 to 12");
        }
    }

    /** Trains on a set. */
    Booster train(TrainingSet set) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("objective", "binary:logistic");
        parameters.put("tree_method", "hist");
        parameters.put("max_depth", depth);
        parameters.put("eta", 0.2);
        parameters.put("subsample", 0.8);
        parameters.put("min_child_weight", 4);
        parameters.put("seed", seed);
        parameters.put("nthread", Runtime.getRuntime().availableProcessors());
        try {
            DMatrix rows = matrix(set);
            try {
                rows.setLabel(set.labels());
                return XGBoost.train(rows, parameters, rounds, Map.of(), null, null);
            } finally {
                rows.dispose();
            }
        } catch (XGBoostError e) {
            throw new TrainingException("XGBoost cannot train on " + set.rows() + " rows: " + e.getMessage(), e);
        }
    }

    /** How well a trained booster ranks a set that it has not seen. */
    static RankingMetrics evaluate(Booster booster, TrainingSet set) {
        try {
            DMatrix rows = matrix(set);
            try {
                float[][] predicted = booster.predict(rows);
                float[] scores = new float[predicted.length];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = predicted[i][0];
                }
                return RankingMetrics.of(scores, set.labels());
            } finally {
                rows.dispose();
            }
        } catch (XGBoostError e) {
            throw new TrainingException("XGBoost cannot score " + set.rows() + " rows: " + e.getMessage(), e);
        }
    }

    private static DMatrix matrix(TrainingSet set) throws XGBoostError {
        return new DMatrix(set.values(), set.rows(), set.columns(), Float.NaN);
    }
}
