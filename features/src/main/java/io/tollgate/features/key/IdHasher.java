package io.tollgate.features.key;

import io.tollgate.features.domain.EntityType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keyed hashes of identifiers. Whoever lacks the secret can neither invert them nor test a guess.
 *
 * <p>Thread-safe. The service and the pipeline must share the secret: another secret reads other keys.
 */
public final class IdHasher {
    /** 128 bits, the strength of the hash's own output. */
    public static final int MIN_SECRET_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int ID_BYTES = 12;
    private static final long VALUE_MASK = (1L << 40) - 1;

    /**
     * Per thread. A payment's card is hashed for its keys, its tails and its event, and the merchant of one payment is
     * that of many; a few hundred are remembered as cheaply as possible: a newcomer takes its predecessor's place.
     */
    private static final int REMEMBERED = 256;

    private final ThreadLocal<Scratch> scratch;
    private final SipHash valueHash;

    /** What one thread works with. */
    private static final class Scratch {
        final Mac mac;
        final EntityType[] types = new EntityType[REMEMBERED];
        final String[] tokens = new String[REMEMBERED];
        final String[] hashes = new String[REMEMBERED];

        Scratch(Mac mac) {
            this.mac = mac;
        }
    }

    /**
     * @param secret at least {@value #MIN_SECRET_BYTES} bytes
     */
    public IdHasher(byte[] secret) {
        if (secret.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException("the key secret must have at least " + MIN_SECRET_BYTES
                    + " bytes; set TOLLGATE_KEY_SECRET to a longer one");
        }
        byte[] key = secret.clone();
        this.scratch = ThreadLocal.withInitial(() -> new Scratch(newMac(key)));
        ByteBuffer derived = ByteBuffer.wrap(
                        newMac(key).doFinal("tollgate seen-value hash".getBytes(StandardCharsets.US_ASCII)))
                .order(ByteOrder.LITTLE_ENDIAN);
        this.valueHash = new SipHash(derived.getLong(), derived.getLong());
    }

    public static IdHasher of(String secret) {
        return new IdHasher(secret.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The id that stands in keys: HMAC-SHA-256 (RFC 2104) of type and token, the first 96 bits in base64url (RFC 4648),
     * 16 characters.
     */
    public String idHash(EntityType type, String token) {
        Scratch own = scratch.get();
        int place = token.hashCode() & (REMEMBERED - 1);
        if (own.types[place] == type && token.equals(own.tokens[place])) {
            return own.hashes[place];
        }
        String hash = hash(own.mac, type, token);
        own.types[place] = type;
        own.tokens[place] = token;
        own.hashes[place] = hash;
        return hash;
    }

    private static String hash(Mac hmac, EntityType type, String token) {
        hmac.update(type.lowerCase().getBytes(StandardCharsets.US_ASCII));
        hmac.update((byte) 0);
        hmac.update(token.getBytes(StandardCharsets.UTF_8));
        byte[] digest = hmac.doFinal();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        ByteBuffer.allocate(ID_BYTES).put(digest, 0, ID_BYTES).array());
    }

    /**
     * A 40-bit hash by which an entity remembers a value it has seen; never 0. Two of 1,000 remembered values collide
     * with a probability of 5e-7.
     */
    public long valueHash(String value) {
        long hash = valueHash.hash(value.getBytes(StandardCharsets.UTF_8)) & VALUE_MASK;
        return hash == 0 ? 1 : hash;
    }

    private static Mac newMac(byte[] key) {
        try {
            Mac created = Mac.getInstance(ALGORITHM);
            created.init(new SecretKeySpec(key, ALGORITHM));
            return created;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
