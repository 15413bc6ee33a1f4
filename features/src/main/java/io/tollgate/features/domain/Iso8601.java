package io.tollgate.features.domain;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Reads ISO 8601 date-times with an offset, and writes instants. {@code 2026-11-21T10:15:30.123Z}, the form that nearly
 * every sender uses, is read and written without the JDK's general parser and formatter, which took more of a request's
 * time than its features. Thread-safe.
 */
public final class Iso8601 {
    private static final int WITHOUT_FRACTION = "2026-11-21T10:15:30Z".length();
    private static final int LONGEST = WITHOUT_FRACTION + ".123456789".length();
    private static final int POINT = WITHOUT_FRACTION - 1;
    private static final int NANO_DIGITS = 9;
    private static final long SECONDS_PER_DAY = 86_400;

    /** Years of four digits. */
    private static final long FIRST_SECOND =
            Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();

    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private Iso8601() {}

    /**
     * Reads what {@link OffsetDateTime#parse(CharSequence)} reads, to the same instant.
     *
     * @throws DateTimeException when the text is no date-time with an offset
     */
    public static Instant parse(String text) {
        Instant usual = parseUsual(text);
        return usual == null ? OffsetDateTime.parse(text).toInstant() : usual;
    }

    /** The text of {@link Instant#toString}, character for character. */
    public static String format(Instant instant) {
        long second = instant.getEpochSecond();
        if (second < FIRST_SECOND || second > LAST_SECOND) {
            return instant.toString();
        }
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(second, SECONDS_PER_DAY));
        int ofDay = (int) Math.floorMod(second, SECONDS_PER_DAY);
        StringBuilder text = new StringBuilder(LONGEST);
        padded(text, date.getYear(), 1_000).append('-');
        padded(text, date.getMonthValue(), 10).append('-');
        padded(text, date.getDayOfMonth(), 10).append('T');
        padded(text, ofDay / 3_600, 10).append(':');
        padded(text, ofDay / 60 % 60, 10).append(':');
        padded(text, ofDay % 60, 10);
        fraction(text, instant.getNano());
        return text.append('Z').toString();
    }

    /** None, or as many groups of three digits as it takes. */
    private static void fraction(StringBuilder text, int nano) {
        if (nano == 0) {
            return;
        }
        text.append('.');
        if (nano % 1_000_000 == 0) {
            padded(text, nano / 1_000_000, 100);
        } else if (nano % 1_000 == 0) {
            padded(text, nano / 1_000, 100_000);
        } else {
            padded(text, nano, 100_000_000);
        }
    }

    /**
     * @param unit of the first digit
     */
    private static StringBuilder padded(StringBuilder text, int number, int unit) {
        for (int rest = unit; rest > 0; rest /= 10) {
            text.append((char) ('0' + number / rest % 10));
        }
        return text;
    }

    /** Null for whatever is not in the usual form, right or wrong. */
    private static @Nullable Instant parseUsual(String text) {
        int length = text.length();
        if (length < WITHOUT_FRACTION
                || length > LONGEST
                || length == WITHOUT_FRACTION + 1 // a point without digits
                || text.charAt(length - 1) != 'Z'
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':'
                || (length > WITHOUT_FRACTION && text.charAt(POINT) != '.')) {
            return null;
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, 19);
        int fraction = length == WITHOUT_FRACTION ? 0 : digits(text, POINT + 1, length - 1);
        if ((year | month | day | hour | minute | second | fraction) < 0 || hour > 23 || minute > 59 || second > 59) {
            return null;
        }
        for (int i = length - 1 - (POINT + 1); i < NANO_DIGITS && fraction > 0; i++) {
            fraction *= 10;
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return Instant.ofEpochSecond(days * SECONDS_PER_DAY + hour * 3_600L + minute * 60L + second, fraction);
    }

    /** The number that the digits from {@code from} until {@code to} make, at most nine; -1 when there is another sign. */
    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
