package io.tollgate.model.artifact;

import java.util.Arrays;

/** A growing array of 32-bit values (integers, or floats as their bits), bounded by the nodes a tree may have. */
final class IntBuffer {
    private int[] values = new int[128];
    private int size;

    void add(int value) throws InvalidModelException {
        if (size == XgboostModel.MAX_NODES_PER_TREE) {
            throw new InvalidModelException("a tree has more than " + XgboostModel.MAX_NODES_PER_TREE + " nodes");
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    int[] toInts() {
        return Arrays.copyOf(values, size);
    }

    float[] toFloats() {
        float[] floats = new float[size];
        for (int i = 0; i < size; i++) {
            floats[i] = Float.intBitsToFloat(values[i]);
        }
        return floats;
    }
}
