package io.tollgate.features.state;

import java.util.UUID;

/** Event ids as bytes: a UUID in its usual spelling takes sixteen, anything else is text. Stateless, thread-safe. */
final class EventIds {
    private static final int UUID_LENGTH = 36;

    private EventIds() {}

    /** Whether an id is a UUID as RFC 9562 prints it, in lower case, so that its bits give back the same text. */
    static boolean isUuid(String id) {
        if (id.length() != UUID_LENGTH) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = id.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    static void writeUuid(String id, ByteWriter out) {
        UUID uuid = UUID.fromString(id);
        out.fixed64(uuid.getMostSignificantBits()).fixed64(uuid.getLeastSignificantBits());
    }

    static String readUuid(ByteReader in) {
        return new UUID(in.fixed64(), in.fixed64()).toString();
    }
}
