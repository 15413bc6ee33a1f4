package io.tollgate.features.expr;

import java.util.Arrays;

/**
 * The values of a {@link Schema}'s variables for one evaluation, addressed by the slots that the schema gave out. Flags
 * are numbers, 0 or 1. Made once and written again for each payment; confined to one thread.
 */
public final class Slots {
    final double[] numbers;
    final String[] texts;

    Slots(int numberSlots, int textSlots) {
        numbers = new double[numberSlots];
        texts = new String[textSlots];
        Arrays.fill(texts, "");
    }

    public void setNumber(int slot, double value) {
        numbers[slot] = value;
    }

    /** Writes {@code values} to consecutive number slots from {@code firstSlot} on. */
    public void setNumbers(int firstSlot, double[] values) {
        System.arraycopy(values, 0, numbers, firstSlot, values.length);
    }

    public void setFlag(int slot, boolean value) {
        numbers[slot] = value ? 1 : 0;
    }

    /** @param value empty where the payment has no such value; never null */
    public void setText(int slot, String value) {
        texts[slot] = value;
    }

    public double number(int slot) {
        return numbers[slot];
    }

    public boolean flag(int slot) {
        return numbers[slot] != 0;
    }

    public String text(int slot) {
        return texts[slot];
    }
}
