package io.tollgate.features.csv;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** How a file writes instants. */
sealed interface TimeFormat {

    /**
     * The instant as ISO 8601 text, which the authorization's validation reads.
     *
     * @throws DateTimeException when the text is not of this format
     */
    String toIso(String text);

    /** What a text must look like, for messages. */
    String describe();

    /** ISO 8601 with an offset or Z, taken as it is. */
    record Iso() implements TimeFormat {
        @Override
        public String toIso(String text) {
            return text;
        }

        @Override
        public String describe() {
            return "an ISO 8601 instant with an offset";
        }
    }

    /** ISO 8601 without an offset, meaning UTC: needs no arithmetic, which is most of the cost of reading a time. */
    record IsoUtc() implements TimeFormat {
        @Override
        public String toIso(String text) {
            return text + "Z";
        }

        @Override
        public String describe() {
            return "an ISO 8601 date and time without an offset";
        }
    }

    /** A local date and time in a pattern of {@link DateTimeFormatter}, in the file's zone. */
    record Local(String pattern, DateTimeFormatter formatter, ZoneId zone) implements TimeFormat {
        @Override
        public String toIso(String text) {
            return LocalDateTime.parse(text, formatter).atZone(zone).toInstant().toString();
        }

        @Override
        public String describe() {
            return "a date and time as " + pattern;
        }
    }

    /** A whole number of seconds or milliseconds since 1970-01-01T00:00Z. */
    record Epoch(long unitMs) implements TimeFormat {
        @Override
        public String toIso(String text) {
            try {
                return Instant.ofEpochMilli(Math.multiplyExact(Long.parseLong(text), unitMs))
                        .toString();
            } catch (ArithmeticException | NumberFormatException e) {
                throw new DateTimeException("not a whole number of a date's size", e);
            }
        }

        @Override
        public String describe() {
            return "a whole number of " + (unitMs == 1 ? "milliseconds" : "seconds") + " since 1970";
        }
    }
}
