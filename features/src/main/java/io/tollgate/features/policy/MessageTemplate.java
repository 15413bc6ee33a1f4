package io.tollgate.features.policy;

import io.tollgate.features.expr.Schema;
import io.tollgate.features.expr.Slots;
import io.tollgate.features.expr.Suggestions;
import io.tollgate.features.expr.ValueType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message with values in it: {@code {card_tx_count_1m:0} payments within a minute}. The number behind the colon is how
 * many decimals; without it a number has at most two. Immutable and thread-safe; formatted only when a reason is wanted.
 */
final class MessageTemplate {
    /** Longest message; it is shown in one line. */
    static final int MAX_LENGTH = 300;

    private static final int DEFAULT_DECIMALS = 2;
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-zA-Z_][a-zA-Z0-9_]*)(?::([0-6]))?}");

    private final String text;
    private final List<Part> parts;

    private MessageTemplate(String text, List<Part> parts) {
        this.text = text;
        this.parts = List.copyOf(parts);
    }

    private interface Part {
        void append(Slots slots, StringBuilder to);
    }

    /**
     * @throws IllegalArgumentException with problem and remedy, if a placeholder is malformed or names no variable
     */
    static MessageTemplate compile(String text, Schema schema) {
        if (text.isBlank() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("must have 1 to " + MAX_LENGTH + " characters");
        }
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(text);
        int from = 0;
        while (matcher.find()) {
            addLiteral(parts, text.substring(from, matcher.start()));
            String name = matcher.group(1);
            Schema.Variable variable = schema.find(name);
            if (variable == null) {
                throw new IllegalArgumentException(
                        "unknown name '" + name + "'"
                                + Suggestions.closest(name, schema.names())
                                        .map(known -> "; did you mean '" + known + "'?")
                                        .orElse(
                                                "; known are features, fields of the request, or {value} in a feature's own reason"));
            }
            parts.add(value(variable, matcher.group(2)));
            from = matcher.end();
        }
        addLiteral(parts, text.substring(from));
        return new MessageTemplate(text, parts);
    }

    /** As it was written, with its placeholders. */
    String text() {
        return text;
    }

    String format(Slots slots) {
        StringBuilder message = new StringBuilder();
        for (Part part : parts) {
            part.append(slots, message);
        }
        return message.toString();
    }

    /** A number for people: plain digits, at most {@code decimals} of them behind the point, or {@code unknown}. */
    static String plain(double value, int decimals) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "unknown" : "unlimited";
        }
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
        return rounded.toPlainString();
    }

    /** As {@link #plain} with two decimals, without decimals where the number is whole. */
    static String plain(double value) {
        boolean whole = value == Math.rint(value);
        return plain(value, whole ? 0 : DEFAULT_DECIMALS);
    }

    private static void addLiteral(List<Part> parts, String literal) {
        if (literal.indexOf('{') >= 0 || literal.indexOf('}') >= 0) {
            throw new IllegalArgumentException(
                    "a placeholder is {name} or {name:decimals}, with 0 to 6 decimals, and braces stand for nothing else");
        }
        if (!literal.isEmpty()) {
            parts.add((slots, to) -> to.append(literal));
        }
    }

    private static Part value(Schema.Variable variable, @Nullable String decimals) {
        int slot = variable.slot();
        if (variable.type() == ValueType.TEXT) {
            return (slots, to) -> to.append(slots.text(slot));
        }
        if (variable.type() == ValueType.FLAG) {
            return (slots, to) -> to.append(slots.flag(slot) ? "yes" : "no");
        }
        if (decimals == null) {
            return (slots, to) -> to.append(plain(slots.number(slot)));
        }
        int places = Integer.parseInt(decimals);
        return (slots, to) -> to.append(plain(slots.number(slot), places));
    }
}
