package io.tollgate.features;

/** Fields of the calendar in UTC, where an hour is an hour: without the objects that time zones need. */
final class UtcCalendar {
    private static final long MS_PER_HOUR = 3_600_000;
    private static final long MS_PER_DAY = 24 * MS_PER_HOUR;
    private static final int DAYS_PER_WEEK = 7;

    /** 1970-01-01 was a Thursday, the fourth day of the week: three after the first. */
    private static final int FIRST_DAY = 3;

    private UtcCalendar() {}

    /** 0 to 23. */
    static int hour(long epochMs) {
        return (int) (Math.floorMod(epochMs, MS_PER_DAY) / MS_PER_HOUR);
    }

    /** 1 for Monday to 7 for Sunday, as ISO 8601 counts. */
    static int dayOfWeek(long epochMs) {
        return Math.floorMod(Math.floorDiv(epochMs, MS_PER_DAY) + FIRST_DAY, DAYS_PER_WEEK) + 1;
    }
}
