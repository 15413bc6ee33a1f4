package io.tollgate.api.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Tells the service's own warm-up requests from payments: a random key that never leaves the process except in a header
 * to itself. Once warm, it opens nothing any more.
 */
public final class RehearsalKey {
    static final String HEADER = "tollgate-rehearsal";
    private static final int KEY_BYTES = 16;

    private final String key;
    private volatile boolean over;

    public RehearsalKey() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        key = HexFormat.of().formatHex(random);
    }

    String value() {
        return key;
    }

    void end() {
        over = true;
    }

    boolean opens(HttpHeaders headers) {
        if (over) {
            return false;
        }
        String offered = headers.get(HEADER);
        return offered != null
                && MessageDigest.isEqual(
                        offered.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8));
    }
}
