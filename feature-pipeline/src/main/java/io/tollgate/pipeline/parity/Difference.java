package io.tollgate.pipeline.parity;

import java.io.Serializable;

/**
 * One value that was not recomputed.
 *
 * @param served NaN where the event holds null
 * @param why what is known of the cause
 */
public record Difference(String transactionId, String feature, double served, double recomputed, String why)
        implements Serializable {}
