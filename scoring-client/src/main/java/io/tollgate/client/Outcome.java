package io.tollgate.client;

import java.util.List;

/** What came of asking for a decision. One of three; a payment system has an answer to each. */
public sealed interface Outcome {
    /** The service decided. */
    record Decided(AuthorizationDecision decision) implements Outcome {}

    /**
     * The service will not decide this request, however often it is sent: it breaks the contract (400), its id was used
     * for another payment (422), the token is not good (401, 403), or the client sends too much (429).
     *
     * @param status HTTP status, 400 to 499
     */
    record Refused(int status, Problem problem) implements Outcome {}

    /**
     * No decision came within the deadline. Whether the payment was decided is not known; asking again with the same
     * transactionId is safe, and so is a decision of one's own.
     *
     * @param attempts how often the service was asked
     * @param cause what happened at the last attempt
     */
    record NoAnswer(int attempts, String cause) implements Outcome {}

    /**
     * RFC 9457.
     *
     * @param violations each field that is wrong; empty when that is not the problem
     */
    record Problem(String title, String detail, List<Violation> violations) {
        public Problem {
            title = title == null ? "" : title;
            detail = detail == null ? "" : detail;
            violations = violations == null ? List.of() : List.copyOf(violations);
        }
    }

    /**
     * @param field as in {@code amount.currency}
     */
    record Violation(String field, String reason) {}
}
