package io.tollgate.features.key;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The steps that must be atomic in the store, as Lua for Redis 7: part of the key layout's contract, so that the service
 * and the pipeline cannot differ. What keys and arguments mean stands in the script's head.
 */
public enum RedisScript {
    /** Publishes one entity's blobs if newer, and cleans its tail. */
    PUBLISH("publish.lua"),
    /** The same, if the state that the blobs were made from still follows on the one that is kept. */
    PUBLISH_AND_KEEP("keep-state.lua", "publish.lua"),
    /** Appends a payment to a tail. */
    APPEND_TAIL("append-tail.lua"),
    /** Sets a key that nobody has changed since it was read. */
    COMPARE_AND_SET("compare-and-set.lua");

    private final String text;
    private final String sha1;

    /** @param resources one after the other */
    RedisScript(String... resources) {
        StringBuilder script = new StringBuilder();
        for (String resource : resources) {
            script.append(read(resource));
        }
        text = script.toString();
        try {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static String read(String resource) {
        try (InputStream in = RedisScript.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource is missing: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String text() {
        return text;
    }

    /** The name by which EVALSHA calls it, 40 hexadecimal digits. */
    public String sha1() {
        return sha1;
    }
}
