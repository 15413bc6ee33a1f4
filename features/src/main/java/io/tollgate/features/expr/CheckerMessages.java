package io.tollgate.features.expr;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what CEL's checker found in the words of the feature and policy files. */
final class CheckerMessages {
    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern NO_OVERLOAD = Pattern.compile(
            "found no matching overload for '([^']*)' applied to '\\(?(.*?)\\)?'( \\(.*)?", Pattern.DOTALL);

    private static final Map<String, String> OPERATORS = Map.ofEntries(
            Map.entry("_+_", "+"),
            Map.entry("_-_", "-"),
            Map.entry("_*_", "*"),
            Map.entry("_/_", "/"),
            Map.entry("_%_", "%"),
            Map.entry("-_", "-"),
            Map.entry("!_", "!"),
            Map.entry("_<_", "<"),
            Map.entry("_<=_", "<="),
            Map.entry("_>_", ">"),
            Map.entry("_>=_", ">="),
            Map.entry("_==_", "=="),
            Map.entry("_!=_", "!="),
            Map.entry("_&&_", "&&"),
            Map.entry("_||_", "||"),
            Map.entry("_?_:_", "? :"),
            Map.entry("_[_]", "[ ]"),
            Map.entry("@in", "in"));

    private CheckerMessages() {}

    static String translate(String message, Collection<String> names) {
        Matcher undeclared = UNDECLARED.matcher(message);
        if (undeclared.matches()) {
            return unknownName(undeclared.group(1), names);
        }
        Matcher noOverload = NO_OVERLOAD.matcher(message);
        if (noOverload.matches()) {
            String operands = noOverload
                    .group(2)
                    .replaceAll("\\bdouble\\b", "number")
                    .replaceAll("\\bint\\b", "integer")
                    .replaceAll("\\bstring\\b", "text")
                    .replaceAll("\\bbool\\b", "flag");
            return "'" + display(noOverload.group(1)) + "' cannot be applied to (" + operands + ")"
                    + remedy(noOverload.group(1), operands);
        }
        if (message.contains("recursion limit")) {
            return "the expression is nested too deeply; split it into derived features";
        }
        return message.replace('\n', ' ');
    }

    static String display(String function) {
        return OPERATORS.getOrDefault(function, function);
    }

    static String unknownName(String name, Collection<String> names) {
        Optional<String> closest = Suggestions.closest(name, names);
        if (closest.isEmpty()) {
            closest = Suggestions.closest(name, Functions.NAMES);
        }
        return "unknown name '" + name + "'"
                + closest.map(known -> "; did you mean '" + known + "'?")
                        .orElse("; declare it as a feature or use a known one");
    }

    private static String remedy(String function, String operands) {
        if (function.equals("_%_")) {
            return "; only integers have a remainder";
        }
        if ((function.equals("_&&_") || function.equals("_||_") || function.equals("!_"))
                && operands.contains("number")) {
            return "; compare the number first, such as `x > 0`";
        }
        String usage = Functions.usage(function);
        if (!usage.isEmpty()) {
            return "; write " + usage;
        }
        if (operands.contains("text") && (operands.contains("number") || operands.contains("integer"))) {
            return "; a text is written in quotes, a number without";
        }
        if (operands.contains("flag") && (operands.contains("number") || operands.contains("integer"))) {
            return "; turn the flag into a number with `(flag ? 1 : 0)`";
        }
        return "; both sides must have the same type";
    }
}
