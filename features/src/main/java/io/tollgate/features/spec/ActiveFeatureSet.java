package io.tollgate.features.spec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which feature set a fleet of replicas serves, as it stands in the store. The revision only ever grows: whoever knows a
 * greater one is right, so that a store which has lost the entry gets it back from any replica.
 *
 * @param revision counts the switches, from 1; 0 for what a replica was configured with
 * @param active what is served
 * @param previous what a roll back returns to; null before the first switch
 */
public record ActiveFeatureSet(
        long revision, Reference active, @Nullable Reference previous) {
    /** Where it stands; no version is called "active", so no other key collides. */
    public static final String KEY = "fs:active";

    /** What was published: a hash with a field per version, each a feature-set file's text, never changed. */
    public static final String PUBLISHED_KEY = "fs:sets";

    private static final Pattern TEXT =
            Pattern.compile("([1-9][0-9]{0,17}) (v[0-9]{1,4}) ([0-9a-f]{8})(?: (v[0-9]{1,4}) ([0-9a-f]{8}))?");

    /**
     * A definition, told apart from another of the same version.
     *
     * @param hash see {@link FeatureSet#hashText}
     */
    public record Reference(String version, String hash) {
        public static Reference of(FeatureSet set) {
            return new Reference(set.version(), set.hashText());
        }

        @Override
        public String toString() {
            return version + " (" + hash + ")";
        }
    }

    /** The next revision: {@code to} is active, and what was active before it is what a roll back returns to. */
    public ActiveFeatureSet switchedTo(Reference to) {
        return new ActiveFeatureSet(revision + 1, to, to.equals(active) ? previous : active);
    }

    /** {@code revision version hash [previous-version previous-hash]}. */
    public String encode() {
        String text = revision + " " + active.version + " " + active.hash;
        return previous == null ? text : text + " " + previous.version + " " + previous.hash;
    }

    /** The counterpart of {@link #encode}; null when the text is something else. */
    public static @Nullable ActiveFeatureSet decode(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        String version = parts.group(4);
        return new ActiveFeatureSet(
                Long.parseLong(parts.group(1)),
                new Reference(parts.group(2), parts.group(3)),
                version == null ? null : new Reference(version, parts.group(5)));
    }
}
