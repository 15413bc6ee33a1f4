package io.tollgate.model;

/** Why a model endpoint gave no score. The names go into metrics and events: add, never rename. */
public enum FailureCause {
    /** No answer within the call's budget. */
    TIMEOUT,
    /** An HTTP status other than 200. */
    ERROR_STATUS,
    /** A status of 200 whose body is not one probability: malformed, cut short, oversized, or out of range. */
    BAD_RESPONSE,
    /** The endpoint failed so often lately that it was not asked. */
    BREAKER_OPEN,
    /** More calls are in flight than the configured bound; the endpoint was not asked. */
    OVERLOAD,
    /** No connection could be made, or it broke before an answer began. */
    UNREACHABLE,
    /** No valid access token was at hand; the endpoint was not asked. */
    NO_TOKEN,
    /** No endpoint is configured. */
    NO_ENDPOINT
}
