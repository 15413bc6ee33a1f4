package io.tollgate.local.cosmos;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The account's key, and the check of the signature that clients make with it.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources">access control</a>
 */
final class MasterKey {
    private final String text;

    private MasterKey(String text) {
        this.text = text;
    }

    static MasterKey random() {
        byte[] key = (UUID.randomUUID() + "" + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
        return new MasterKey(Base64.getEncoder().encodeToString(key));
    }

    String text() {
        return text;
    }

    boolean signed(Request request) {
        String authorization = request.header("authorization");
        String date = request.header("x-ms-date");
        if (authorization == null || date == null) {
            return false;
        }
        String token = URLDecoder.decode(authorization.replace("+", "%2B"), StandardCharsets.UTF_8);
        int signature = token.indexOf("&sig=");
        if (!token.startsWith("type=master&") || signature < 0) {
            return false;
        }
        byte[] given = token.substring(signature + 5).getBytes(StandardCharsets.US_ASCII);
        String method = request.method().toLowerCase(Locale.ROOT);
        String when = date.toLowerCase(Locale.ROOT);
        return links(request.path()).stream()
                .map(resource -> hmac(method + "\n" + resource + "\n" + when + "\n\n"))
                .anyMatch(expected -> MessageDigest.isEqual(given, expected.getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * Type and link of what a path is about: the resource itself where the path ends with its name, else its parent.
     * Where names are resource ids the last of them, in lower case, is the link.
     */
    private static List<String> links(List<String> path) {
        if (path.isEmpty()) {
            return List.of("\n");
        }
        boolean named = path.size() % 2 == 0;
        String type = path.get(named ? path.size() - 2 : path.size() - 1);
        List<String> link = named ? path : path.subList(0, path.size() - 1);
        String last = link.isEmpty() ? "" : link.get(link.size() - 1).toLowerCase(Locale.ROOT);
        return List.of(type + "\n" + String.join("/", link), type + "\n" + last);
    }

    private String hmac(String payload) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(text), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(payload.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HmacSHA256.", e);
        }
    }
}
