package io.tollgate.pipeline.train;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well scores put frauds before genuine payments. Thresholds do not matter, which is why both are used where frauds
 * are rare.
 *
 * @param aucRoc probability that a fraud scores above a genuine payment, ties counting half (Hanley and McNeil 1982)
 * @param averagePrecision mean over the frauds of the precision at their rank, tied scores taken together (the
 *     definition of scikit-learn's average_precision_score)
 */
record RankingMetrics(double aucRoc, double averagePrecision) {

    /**
     * @param labels 1 for fraud, 0 for genuine
     * @return NaN for both when there are no frauds or no genuine payments
     */
    static RankingMetrics of(float[] scores, float[] labels) {
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        long frauds =
                IntStream.range(0, labels.length).filter(i -> labels[i] > 0).count();
        long genuine = labels.length - frauds;
        long fraudsSoFar = 0;
        double pairs = 0;
        double precision = 0;
        for (int start = 0; start < order.length; ) {
            int end = start;
            long tiedFrauds = 0;
            while (end < order.length && scores[order[end]] == scores[order[start]]) {
                tiedFrauds += labels[order[end]] > 0 ? 1 : 0;
                end++;
            }
            long tiedGenuine = end - start - tiedFrauds;
            pairs += tiedGenuine * (fraudsSoFar + tiedFrauds / 2.0);
            fraudsSoFar += tiedFrauds;
            precision += tiedFrauds * ((double) fraudsSoFar / end);
            start = end;
        }
        return new RankingMetrics(pairs / ((double) frauds * genuine), precision / frauds);
    }
}
