package io.tollgate.features.yaml;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A YAML mapping whose entries are taken out one by one; {@link #done} refuses what nobody asked for, so that a
 * misspelt key is an error and not a silent default.
 *
 * <p>Every failure is a {@link YamlException} with the line. Mutable (it remembers what was taken), confined to one
 * thread.
 */
public final class YamlMapping {
    /** A configuration file beyond this is a mistake; it also bounds what a hostile file can cost. */
    public static final int MAX_CHARACTERS = 1_000_000;

    /** Several times as deep as any of our files. */
    private static final int MAX_DEPTH = 32;

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private final String source;
    private final int line;
    private final Map<String, Node> entries;
    private final Set<String> taken = new LinkedHashSet<>();

    private YamlMapping(String source, Node node) {
        if (!(node instanceof MappingNode mapping)) {
            throw new YamlException(source, lineOf(node), "expected a mapping of keys to values");
        }
        this.source = source;
        this.line = lineOf(node);
        this.entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new YamlException(source, lineOf(tuple.getKeyNode()), "keys must be plain text");
            }
            if (entries.put(key.getValue(), tuple.getValueNode()) != null) {
                throw new YamlException(source, lineOf(key), "key '" + key.getValue() + "' stands twice");
            }
        }
    }

    /**
     * @param source name for error messages
     * @throws YamlException when the text is no YAML mapping
     */
    public static YamlMapping parse(String source, String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new YamlException(source, 0, "is longer than " + MAX_CHARACTERS + " characters");
        }
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(source)
                    .setMaxAliasesForCollections(10)
                    .setCodePointLimit(MAX_CHARACTERS)
                    .build();
            boundDepth(source, settings, text);
            Optional<Node> root = new Compose(settings).composeString(text);
            return new YamlMapping(source, root.orElseThrow(() -> new YamlException(source, 0, "is empty")));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new YamlException(source, line, "is not valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new YamlException(source, 0, "is not valid YAML: " + e.getMessage());
        }
    }

    /** Nodes are composed by recursion, which a file of brackets alone would bring to the end of the stack. */
    private static void boundDepth(String source, LoadSettings settings, String text) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof CollectionStartEvent) {
                depth++;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (depth > MAX_DEPTH) {
                int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
                throw new YamlException(source, line, "is nested deeper than " + MAX_DEPTH + " levels");
            }
        }
    }

    /** Line of the mapping's first entry, from 1. */
    public int line() {
        return line;
    }

    /** Line of a key's value, or of the mapping when the key is not there. */
    public int line(String key) {
        Node node = entries.get(key);
        return node == null ? line : lineOf(node);
    }

    /** An error at this mapping. */
    public YamlException error(String problem) {
        return new YamlException(source, line, problem);
    }

    /** An error at the value of {@code key}. */
    public YamlException error(String key, String problem) {
        return new YamlException(source, line(key), key + ": " + problem);
    }

    public boolean has(String key) {
        return entries.containsKey(key);
    }

    /** The keys in file order; taking them is still up to the caller. */
    public Set<String> keys() {
        return entries.keySet();
    }

    public String text(String key) {
        String value = textOrNull(key);
        if (value == null) {
            throw error("'" + key + "' is missing");
        }
        return value;
    }

    public String text(String key, String fallback) {
        String value = textOrNull(key);
        return value == null ? fallback : value;
    }

    public @Nullable String textOrNull(String key) {
        Node node = take(key);
        return node == null ? null : scalar(node, key);
    }

    public double number(String key, double fallback) {
        String value = textOrNull(key);
        if (value == null) {
            return fallback;
        }
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw error(key, "must be a number");
        }
    }

    /** A whole number from {@code min} to {@code max}. */
    public int integer(String key, int fallback, int min, int max) {
        String value = textOrNull(key);
        if (value == null) {
            return fallback;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the message below says it for both
        }
        throw error(key, "must be a whole number from " + min + " to " + max);
    }

    public boolean flag(String key, boolean fallback) {
        String value = textOrNull(key);
        if (value == null) {
            return fallback;
        }
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error(key, "must be true or false");
        };
    }

    /** A duration as in {@code 250ms}, {@code 30s}, {@code 5m}, {@code 24h}, {@code 7d}. */
    public @Nullable Duration durationOrNull(String key) {
        String value = textOrNull(key);
        if (value == null) {
            return null;
        }
        Matcher matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            throw error(key, "must be a duration such as 250ms, 30s, 5m, 24h or 7d");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    public Duration duration(String key, Duration fallback) {
        Duration value = durationOrNull(key);
        return value == null ? fallback : value;
    }

    /** A value out of an enum, written in the file in lower camel case: {@code stepUp} for STEP_UP. */
    public <E extends Enum<E>> E choice(String key, Class<E> type) {
        String value = text(key);
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            String name = camelCase(constant.name());
            if (name.equals(value)) {
                return constant;
            }
            names.add(name);
        }
        throw error(key, "must be one of " + String.join(", ", names));
    }

    /** The nested mapping, or null when the key is not there. */
    public @Nullable YamlMapping mappingOrNull(String key) {
        Node node = take(key);
        return node == null ? null : new YamlMapping(source, node);
    }

    public YamlMapping mapping(String key) {
        YamlMapping value = mappingOrNull(key);
        if (value == null) {
            throw error("'" + key + "' is missing");
        }
        return value;
    }

    /** The mappings of a list; empty when the key is not there. */
    public List<YamlMapping> mappings(String key) {
        List<YamlMapping> list = new ArrayList<>();
        for (Node item : items(key)) {
            list.add(new YamlMapping(source, item));
        }
        return list;
    }

    /** The plain values of a list; empty when the key is not there. */
    public List<String> texts(String key) {
        List<String> list = new ArrayList<>();
        for (Node item : items(key)) {
            list.add(scalar(item, key));
        }
        return list;
    }

    /** Refuses keys that were never taken. */
    public void done() {
        for (Map.Entry<String, Node> entry : entries.entrySet()) {
            if (!taken.contains(entry.getKey())) {
                throw new YamlException(
                        source,
                        lineOf(entry.getValue()),
                        "unknown key '" + entry.getKey() + "'; known here: " + String.join(", ", taken));
            }
        }
    }

    private List<Node> items(String key) {
        Node node = take(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw error(key, "must be a list");
        }
        return sequence.getValue();
    }

    private @Nullable Node take(String key) {
        taken.add(key);
        return entries.get(key);
    }

    private String scalar(Node node, String key) {
        if (!(node instanceof ScalarNode scalar)) {
            throw new YamlException(source, lineOf(node), key + ": must be a plain value");
        }
        return scalar.getValue();
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    static String camelCase(String constant) {
        StringBuilder name = new StringBuilder();
        for (String word : constant.split("_")) {
            String lower = word.toLowerCase(Locale.ROOT);
            name.append(name.length() == 0 ? lower : Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
        }
        return name.toString();
    }
}
