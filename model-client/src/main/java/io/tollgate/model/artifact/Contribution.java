package io.tollgate.model.artifact;

/**
 * How far one feature moved one row's score.
 *
 * @param featureIndex the feature's position in the model's signature
 * @param logOdds its exact Shapley value in log-odds; positive means towards fraud
 */
public record Contribution(int featureIndex, double logOdds) {}
