package io.tollgate.local.backends;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A JSON object of strings, read and written without a library: the classpaths of those who read it disagree about
 * theirs. Not a general parser; Unicode escapes are not among what it reads.
 */
final class FlatJson {
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\[\"\\\\/nrt])*)\"");
    private static final Pattern MEMBER = Pattern.compile("\\s*" + STRING + "\\s*:\\s*" + STRING + "\\s*(,|$)");

    private FlatJson() {}

    static String write(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> quote(member.getKey()) + ":" + quote(member.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    static Map<String, String> read(String json) {
        String text = json.strip();
        if (!text.startsWith("{") || !text.endsWith("}")) {
            throw new IllegalArgumentException("Expected a JSON object of strings, not: " + abbreviated(text));
        }
        String body = text.substring(1, text.length() - 1).strip();
        Map<String, String> members = new LinkedHashMap<>();
        Matcher matcher = MEMBER.matcher(body);
        int at = 0;
        while (at < body.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw new IllegalArgumentException("Expected a JSON object of strings, not: " + abbreviated(text));
            }
            members.put(unquote(matcher.group(1)), unquote(matcher.group(2)));
            at = matcher.end();
        }
        return members;
    }

    private static String quote(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("\t", "\\t")
                + '"';
    }

    private static String unquote(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '\\') {
                char escaped = text.charAt(++i);
                plain.append(
                        switch (escaped) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            default -> escaped;
                        });
            } else {
                plain.append(next);
            }
        }
        return plain.toString();
    }

    /** The start only: the text may be long, and its values secret. */
    private static String abbreviated(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
