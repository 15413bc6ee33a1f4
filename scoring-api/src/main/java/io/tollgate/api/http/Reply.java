package io.tollgate.api.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.tollgate.api.decision.Payment;
import org.jspecify.annotations.Nullable;

/**
 * What goes back over the wire for a payment.
 *
 * @param payment whose timings are told; null for none
 * @param retryAfter seconds; 0 for nothing to say
 */
@SuppressWarnings("ArrayRecordComponent") // written out at once
record Reply(
        int status, String mediaType, byte[] body, @Nullable Payment payment, int retryAfter) {

    static Reply of(Problem problem) {
        return of(problem, 0);
    }

    static Reply of(Problem problem, int retryAfter) {
        return new Reply(problem.status(), Problem.MEDIA_TYPE, problem.encode(), null, retryAfter);
    }

    static Reply tooMany(int seconds) {
        return of(Problem.tooMany(seconds), seconds);
    }

    /**
     * Sets this reply's headers.
     *
     * @param last whether the connection is closed behind it
     */
    void head(HttpHeaders headers, boolean last) {
        headers.set(HttpHeaderNames.CONTENT_TYPE, mediaType)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("x-content-type-options", "nosniff")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        if (payment != null) {
            headers.set("server-timing", serverTiming(payment));
        }
        if (status == 401) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        if (last) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (retryAfter > 0) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, retryAfter);
        }
    }

    /** Durations in milliseconds (W3C Server Timing). */
    private static String serverTiming(Payment payment) {
        StringBuilder text = new StringBuilder(64);
        timing(text.append("features;dur="), payment.featureNanos());
        timing(text.append(", model;dur="), payment.modelNanos());
        timing(text.append(", policy;dur="), payment.policyNanos());
        if (payment.reasonNanos() > 0) {
            timing(text.append(", reasons;dur="), payment.reasonNanos());
        }
        return text.toString();
    }

    private static void timing(StringBuilder text, long nanos) {
        long micros = nanos / 1_000;
        text.append(micros / 1_000).append('.');
        long fraction = micros % 1_000;
        text.append((char) ('0' + fraction / 100))
                .append((char) ('0' + fraction / 10 % 10))
                .append((char) ('0' + fraction % 10));
    }
}
