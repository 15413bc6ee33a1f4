package io.tollgate.model.call;

import io.tollgate.model.FailureCause;

/** How one call to an endpoint ended. */
public sealed interface Attempt {

    /**
     * It answered.
     *
     * @param probability of fraud, 0 to 1
     */
    record Answer(double probability) implements Attempt {}

    /**
     * It did not.
     *
     * @param detail for logs; holds no token, vector or body
     */
    record Failure(FailureCause cause, String detail) implements Attempt {}
}
