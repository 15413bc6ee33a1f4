package io.tollgate.features.spec;

import io.tollgate.features.domain.EntityType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * A versioned, immutable declaration of features. The vector has one double per feature, in the order of {@link
 * #features}.
 *
 * @param name as in {@code fraud}
 * @param version as in {@code v3}; part of every key
 * @param baseCurrency ISO 4217 code that amounts are normalised to
 * @param lateness how late an event may come and still be told from a duplicate
 * @param tails entities whose next payment sees the last one before the publisher does
 */
public record FeatureSet(
        String name,
        String version,
        String baseCurrency,
        Duration lateness,
        List<EntityType> tails,
        List<GroupSpec> groups,
        List<FeatureSpec> features) {
    public FeatureSet {
        tails = List.copyOf(tails);
        groups = List.copyOf(groups);
        features = List.copyOf(features);
    }

    /** The name and version that people and models refer to: {@code fraud-v3}. */
    public String id() {
        return name + "-" + version;
    }

    /**
     * Changes when any number could: covers groups and definitions, not descriptions and tails. First four bytes of a SHA-256.
     */
    public int hash() {
        StringBuilder text = new StringBuilder();
        text.append(name)
                .append('\n')
                .append(version)
                .append('\n')
                .append(baseCurrency)
                .append('\n');
        text.append(lateness).append('\n');
        groups.forEach(group -> text.append(group).append('\n'));
        for (FeatureSpec feature : features) {
            text.append(feature.name())
                    .append('|')
                    .append(feature.defaultValue())
                    .append('|');
            text.append(feature.definition()).append('\n');
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getInt();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The hash as it stands in events and model metadata: eight hexadecimal digits. */
    public String hashText() {
        return HexFormat.of().toHexDigits(hash());
    }
}
