package io.tollgate.pipeline.train;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** Vectors with labels, in time order. Grows while it is filled; confined to one thread. */
final class TrainingSet {
    private static final int FIRST_ROWS = 4_096;

    private final int columns;
    private float[] values;
    private float[] labels = new float[FIRST_ROWS];
    private long[] times = new long[FIRST_ROWS];
    private long[] known = new long[FIRST_ROWS];
    private int rows;

    TrainingSet(int columns) {
        this.columns = columns;
        this.values = new float[FIRST_ROWS * columns];
    }

    /**
     * @param occurredAt of the payment
     * @param knownAt when its label was known
     */
    void add(double[] vector, boolean fraud, Instant occurredAt, Instant knownAt) {
        if (rows == labels.length) {
            grow();
        }
        for (int i = 0; i < columns; i++) {
            values[rows * columns + i] = (float) vector[i];
        }
        labels[rows] = fraud ? 1 : 0;
        times[rows] = occurredAt.toEpochMilli();
        known[rows] = knownAt.toEpochMilli();
        rows++;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    int frauds() {
        int frauds = 0;
        for (int i = 0; i < rows; i++) {
            frauds += (int) labels[i];
        }
        return frauds;
    }

    float[] values() {
        return Arrays.copyOf(values, rows * columns);
    }

    float[] labels() {
        return Arrays.copyOf(labels, rows);
    }

    double[] row(int index) {
        double[] row = new double[columns];
        for (int i = 0; i < columns; i++) {
            row[i] = values[index * columns + i];
        }
        return row;
    }

    /** The instant after which this share of the rows lies. */
    Instant splitLeaving(double share) {
        return Instant.ofEpochMilli(times[(int) ((rows - 1) * (1 - share))]);
    }

    /** What could have been learned from at an instant: rows whose label was known by then. */
    TrainingSet knownBy(Instant instant) {
        return where(i -> known[i] <= instant.toEpochMilli());
    }

    /** Rows of payments at or after an instant. */
    TrainingSet from(Instant instant) {
        return where(i -> times[i] >= instant.toEpochMilli());
    }

    /** From the first payment to the last. */
    Duration span() {
        return rows == 0 ? Duration.ZERO : Duration.ofMillis(times[rows - 1] - times[0]);
    }

    private interface RowFilter {
        boolean keeps(int row);
    }

    private TrainingSet where(RowFilter filter) {
        TrainingSet kept = new TrainingSet(columns);
        for (int i = 0; i < rows; i++) {
            if (filter.keeps(i)) {
                kept.add(row(i), labels[i] > 0, Instant.ofEpochMilli(times[i]), Instant.ofEpochMilli(known[i]));
            }
        }
        return kept;
    }

    private void grow() {
        if (rows > Integer.MAX_VALUE / 2 / columns) {
            throw new TrainingException("more than " + rows + " payments do not fit a training set of " + columns
                    + " features in one process; train on a shorter history");
        }
        int capacity = rows * 2;
        values = Arrays.copyOf(values, capacity * columns);
        labels = Arrays.copyOf(labels, capacity);
        times = Arrays.copyOf(times, capacity);
        known = Arrays.copyOf(known, capacity);
    }
}
