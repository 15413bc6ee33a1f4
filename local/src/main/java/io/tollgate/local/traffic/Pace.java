package io.tollgate.local.traffic;

import java.time.Duration;

/** How fast a file is replayed. */
public sealed interface Pace {

    /** A constant number of payments a second, whatever their times. */
    record Rate(double perSecond) implements Pace {
        public Rate {
            require(perSecond);
        }
    }

    /** The file's own rhythm, this many times as fast as it happened. */
    record TimesRealTime(double factor) implements Pace {
        public TimesRealTime {
            require(factor);
        }
    }

    /** As fast as the service answers. */
    record Maximum() implements Pace {}

    /**
     * When a payment is due, in nanoseconds after the start.
     *
     * @param number of the payment, from 0
     * @param sinceFirst time between the file's first payment and this one
     */
    default long dueNanos(long number, Duration sinceFirst) {
        if (this instanceof Rate rate) {
            return (long) (number * 1e9 / rate.perSecond());
        }
        if (this instanceof TimesRealTime speed) {
            // A file that steps back in time is sent without a pause.
            return Math.max(0, (long) (sinceFirst.toMillis() * 1e6 / speed.factor()));
        }
        return PaymentSource.AT_ONCE;
    }

    /**
     * @param text {@code max}, or a number: how many times as fast as it happened
     */
    static Pace parseSpeed(String text) {
        if (text.equals("max")) {
            return new Maximum();
        }
        try {
            return new TimesRealTime(Double.parseDouble(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "speed must be max, or how many times as fast as it happened, such as 3600", e);
        }
    }

    private static void require(double value) {
        if (!(value > 0) || value > 1e9) {
            throw new IllegalArgumentException("must be more than 0 and at most a billion");
        }
    }
}
