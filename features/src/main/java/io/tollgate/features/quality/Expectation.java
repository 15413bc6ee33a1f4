package io.tollgate.features.quality;

import io.tollgate.features.expr.FlagExpression;

/**
 * One condition that an event is expected to meet.
 *
 * @param name lower case, unique in its file; names the rule in quarantine and in metrics
 * @param defect what an event that does not meet it suffers from
 * @param action what becomes of such an event
 * @param condition true for an event as expected
 * @param description for who reads the quarantine: what is expected, and why
 */
public record Expectation(String name, Defect defect, Action action, FlagExpression condition, String description) {

    /** What becomes of an event that does not meet an expectation. */
    public enum Action {
        /** It is kept aside with its reason and reaches no feature. */
        QUARANTINE,
        /** It is used, and counted. */
        WARN,
        /** The run stops before anything of it is written: the sender, or the file of expectations, must be mended. */
        FAIL
    }
}
