package io.tollgate.api.decision;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** W3C Trace Context, level 1: the one header that ties a payment's request to its event. */
public final class TraceParent {
    private static final int LENGTH = 55;
    private static final String HEX = "0123456789abcdef";

    private TraceParent() {}

    /** The caller's context when it is well-formed, else a new one, sampled. */
    public static String orNew(@Nullable String header) {
        return header != null && wellFormed(header) ? header : create();
    }

    private static boolean wellFormed(String value) {
        if (value.length() != LENGTH || !value.startsWith("00-")) {
            return false;
        }
        for (int i = 3; i < LENGTH; i++) {
            boolean dash = i == 35 || i == 52;
            if (dash ? value.charAt(i) != '-' : HEX.indexOf(value.charAt(i)) < 0) {
                return false;
            }
        }
        // Ids of zeros are invalid by the specification.
        return !value.startsWith("0".repeat(32), 3) && !value.startsWith("0".repeat(16), 36);
    }

    private static String create() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        char[] text = new char[LENGTH];
        text[0] = '0';
        text[1] = '0';
        text[2] = '-';
        hex(text, 3, random.nextLong());
        hex(text, 19, random.nextLong() | 1);
        text[35] = '-';
        hex(text, 36, random.nextLong() | 1);
        text[52] = '-';
        text[53] = '0';
        text[54] = '1';
        return new String(text);
    }

    private static void hex(char[] out, int at, long value) {
        for (int i = 0; i < 16; i++) {
            out[at + i] = HEX.charAt((int) (value >>> (60 - 4 * i)) & 0xF);
        }
    }
}
