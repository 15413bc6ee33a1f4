package io.tollgate.pipeline.parity;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What a comparison found, by position of the feature in its set. Added up over partitions; confined to one thread.
 */
public final class ParityResult implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Enough to see a pattern. */
    private static final int MAX_EXAMPLES = 20;

    /** One fault often shows in many vectors. */
    private static final int MAX_EXAMPLES_OF_FEATURE = 3;

    private final long[] compared;
    private final long[] differing;
    private final long[] freshCompared;
    private final long[] freshDiffering;
    private final EnumMap<NotComparable, Long> notComparable = new EnumMap<>(NotComparable.class);
    private final List<Difference> examples = new ArrayList<>();
    private long vectors;
    private long vectorsCompared;
    private long vectorsDiffering;

    public ParityResult(int features) {
        this.compared = new long[features];
        this.differing = new long[features];
        this.freshCompared = new long[features];
        this.freshDiffering = new long[features];
    }

    void vector(boolean anyCompared, boolean anyDiffering) {
        vectors++;
        vectorsCompared += anyCompared ? 1 : 0;
        vectorsDiffering += anyDiffering ? 1 : 0;
    }

    void compared(int feature) {
        compared[feature]++;
    }

    void differing(int feature, Difference difference) {
        differing[feature]++;
        addExample(difference);
    }

    void fresh(int feature, boolean differs) {
        freshCompared[feature]++;
        freshDiffering[feature] += differs ? 1 : 0;
    }

    void notComparable(NotComparable reason, long values) {
        notComparable.merge(reason, values, Long::sum);
    }

    private void addExample(Difference difference) {
        long known = examples.stream()
                .filter(example -> example.feature().equals(difference.feature()))
                .count();
        if (examples.size() < MAX_EXAMPLES && known < MAX_EXAMPLES_OF_FEATURE) {
            examples.add(difference);
        }
    }

    void add(ParityResult other) {
        for (int i = 0; i < compared.length; i++) {
            compared[i] += other.compared[i];
            differing[i] += other.differing[i];
            freshCompared[i] += other.freshCompared[i];
            freshDiffering[i] += other.freshDiffering[i];
        }
        other.notComparable.forEach((reason, values) -> notComparable.merge(reason, values, Long::sum));
        other.examples.forEach(this::addExample);
        vectors += other.vectors;
        vectorsCompared += other.vectorsCompared;
        vectorsDiffering += other.vectorsDiffering;
    }

    /** Vectors looked at. */
    public long vectors() {
        return vectors;
    }

    /** Vectors of which at least one value was compared. */
    public long vectorsCompared() {
        return vectorsCompared;
    }

    public long vectorsDiffering() {
        return vectorsDiffering;
    }

    /** Values compared, over all features. */
    public long compared() {
        return LongStream.of(compared).sum();
    }

    /** Values that differ, over all features. */
    public long differing() {
        return LongStream.of(differing).sum();
    }

    public long comparedOf(int feature) {
        return compared[feature];
    }

    public long differingOf(int feature) {
        return differing[feature];
    }

    /** Values compared with what they were worth had every earlier event been visible. */
    public long freshComparedOf(int feature) {
        return freshCompared[feature];
    }

    public long freshDifferingOf(int feature) {
        return freshDiffering[feature];
    }

    /** Values that were not compared, by reason. */
    public Map<NotComparable, Long> notComparable() {
        return Map.copyOf(notComparable);
    }

    /** Values that history ought to be able to recompute, and is not. */
    public long missing() {
        return notComparable.entrySet().stream()
                .filter(reason -> !reason.getKey().expected())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    public List<Difference> examples() {
        return List.copyOf(examples);
    }

    /** Whether every value that history ought to be able to recompute was, and is the same. */
    public boolean clean() {
        return differing() == 0 && missing() == 0;
    }
}
