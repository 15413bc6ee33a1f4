package io.tollgate.local.cosmos;

import org.jspecify.annotations.Nullable;

/**
 * What came of an operation on an item.
 *
 * @param status as HTTP has it
 * @param item the item as it is now; null when it is gone or never was
 * @param message why it failed; null when it did not
 */
record Outcome(int status, @Nullable Item item, @Nullable String message) {
    static Outcome done(int status, @Nullable Item item) {
        return new Outcome(status, item, null);
    }

    static Outcome failed(int status, String message) {
        return new Outcome(status, null, message);
    }

    boolean succeeded() {
        return status < 300;
    }
}
