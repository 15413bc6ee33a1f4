package io.tollgate.pipeline.event;

import io.tollgate.features.quality.Expectation;

/** An event that stops the run, because an expectation says so. */
public final class BrokenExpectationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenExpectationException(Expectation expectation, String eventId) {
        super("event " + eventId + " breaks expectation '" + expectation.name() + "' (" + expectation.description()
                + "), whose action is fail: nothing of this batch is written; mend the sender, or give the expectation"
                + " another action in the file of --expectations");
    }
}
