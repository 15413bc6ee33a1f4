package io.tollgate.api.decision;

import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * How this service writes JSON where it is not written with every payment, see {@link JsonBytes}: streaming, without data
 * binding, buffers kept per event loop.
 */
public final class Json {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .build();

    /** Up to here every whole number is exact in a double (2^53), and shorter to write as an integer. */
    private static final double EXACT_INTEGERS = 9_007_199_254_740_992.0;

    private Json() {}

    public static JsonGenerator generator(OutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** JSON has no NaN: null stands for "no number". Whole numbers are written without a fraction. */
    public static void number(JsonGenerator json, double value) {
        if (value == Math.rint(value) && Math.abs(value) < EXACT_INTEGERS && !isNegativeZero(value)) {
            json.writeNumber((long) value);
        } else if (Double.isNaN(value) || Double.isInfinite(value)) {
            json.writeNull();
        } else {
            json.writeNumber(value);
        }
    }

    /** Kept apart so that a replayed vector has the same bits. */
    private static boolean isNegativeZero(double value) {
        return value == 0 && Double.doubleToRawLongBits(value) != 0;
    }
}
