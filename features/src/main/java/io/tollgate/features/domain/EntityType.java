package io.tollgate.features.domain;

import java.util.Locale;

/** Whose behaviour a feature describes. */
public enum EntityType {
    CARD,
    ACCOUNT,
    DEVICE,
    MERCHANT,
    IP;

    private final String lowerCase = name().toLowerCase(Locale.ROOT);

    /** The name in feature-set files, keys and URLs. */
    public String lowerCase() {
        return lowerCase;
    }
}
