package io.tollgate.features.policy;

import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.expr.ExpressionException;
import io.tollgate.features.expr.Expressions;
import io.tollgate.features.expr.FlagExpression;
import io.tollgate.features.yaml.YamlMapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a policy file and compiles it against the names of a feature set.
 *
 * <pre>{@code
 * version: "2026-11-01"
 * block: {cards: [], merchants: [], devices: [], ips: [], countries: [], categories: []}
 * allow: {cards: [], merchants: [], devices: []}
 * limits:                        # hard: neither the allow list nor a cap undoes them
 *   - code: LIMIT_CONTACTLESS
 *     above: 250                 # base currency
 *     segment: {channels: [CONTACTLESS]}
 *     then: STEP_UP
 *     message: "{amount:2} without a PIN"
 * thresholds:                    # the first segment that holds the payment counts; the last has none
 *   - segment: {amount: {from: 500}, channels: [ECOM], categories: ["5732"], countries: [US]}
 *     stepUp: 0.2
 *     decline: 0.7
 *   - stepUp: 0.4
 *     decline: 0.85
 * rules:
 *   - code: CARD_TESTING
 *     when: card_tx_count_1m >= 5 && amount < 5
 *     then: DECLINE              # or atMost: APPROVE, a cap for what thresholds and rules say
 *     hard: false                # true: no cap undoes it
 *     weight: 0.9                # of the reason, 0 to 1
 *     message: "{card_tx_count_1m:0} small payments with this card within a minute"
 * }</pre>
 *
 * <p>{@link PolicyVocabulary} lists the names for {@code when} and {@code message}, {@link Expressions} the language.
 */
public final class PolicyReader {
    /** All of them are evaluated for every payment. */
    private static final int MAX_CLAUSES = 200;

    private static final int MAX_THRESHOLDS = 100;
    private static final double DEFAULT_WEIGHT = 0.5;
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._-]{1,40}");
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{2,63}");
    private static final Pattern CATEGORY = Pattern.compile("[0-9]{4}");
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

    private final YamlMapping file;
    private final PolicyVocabulary vocabulary;
    private final Set<String> codes = new HashSet<>(Set.of(CompiledPolicy.SCORE_CODE, CompiledPolicy.ALLOW_CODE));
    private int listed;

    private PolicyReader(YamlMapping file, PolicyVocabulary vocabulary) {
        this.file = file;
        this.vocabulary = vocabulary;
    }

    /**
     * @param source file name for error messages
     * @throws io.tollgate.features.yaml.YamlException with file, line, problem and remedy when the text is no policy
     *     for these names
     */
    public static CompiledPolicy read(String source, String text, PolicyVocabulary vocabulary) {
        return new PolicyReader(YamlMapping.parse(source, text), vocabulary).read();
    }

    private CompiledPolicy read() {
        String version = file.text("version");
        if (!VERSION.matcher(version).matches()) {
            throw file.error("version", "must be 1 to 40 letters, digits, dots, dashes or underscores");
        }
        file.textOrNull("description");
        EntityList block = list("block", EnumSet.allOf(EntityList.Kind.class));
        EntityList allow =
                list("allow", EnumSet.of(EntityList.Kind.CARDS, EntityList.Kind.MERCHANTS, EntityList.Kind.DEVICES));
        List<Clause> clauses = new ArrayList<>();
        for (YamlMapping entry : file.mappings("limits")) {
            clauses.add(limit(entry));
        }
        List<Threshold> thresholds = thresholds();
        for (YamlMapping entry : file.mappings("rules")) {
            clauses.add(rule(entry));
        }
        if (clauses.size() > MAX_CLAUSES) {
            throw file.error("at most " + MAX_CLAUSES + " limits and rules; each is evaluated for every payment");
        }
        file.done();
        return new CompiledPolicy(version, vocabulary, block, allow, thresholds, clauses);
    }

    private EntityList list(String key, Set<EntityList.Kind> kinds) {
        YamlMapping entry = file.mappingOrNull(key);
        Map<EntityList.Kind, Set<String>> entries = new EnumMap<>(EntityList.Kind.class);
        if (entry == null) {
            return new EntityList(entries);
        }
        for (EntityList.Kind kind : kinds) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            Pattern pattern = switch (kind) {
                case COUNTRIES -> COUNTRY;
                case CATEGORIES -> CATEGORY;
                default -> Pattern.compile("\\S{1,64}");
            };
            List<String> values = matching(entry, name, pattern, kind.words());
            listed += values.size();
            if (listed > EntityList.MAX_ENTRIES) {
                throw entry.error(name, "more than " + EntityList.MAX_ENTRIES + " entries in all lists");
            }
            entries.put(kind, Set.copyOf(new HashSet<>(values)));
        }
        entry.done();
        return new EntityList(entries);
    }

    private static List<String> matching(YamlMapping entry, String key, Pattern pattern, String what) {
        List<String> values = entry.texts(key);
        for (String value : values) {
            if (!pattern.matcher(value).matches()) {
                throw entry.error(key, "an entry is no " + what + " (wanted " + pattern + ")");
            }
        }
        return values;
    }

    private Clause limit(YamlMapping entry) {
        String code = code(entry);
        double above = entry.number("above", Double.NaN);
        if (!(above >= 0)) {
            throw entry.error("above: must be an amount in the base currency, 0 or more");
        }
        Segment segment = segment(entry);
        Decision then = decision(entry, "then", Decision.STEP_UP, Decision.DECLINE);
        Clause clause = new Clause(
                code,
                (input, slots) -> input.amount() > above && segment.contains(input.authorization(), input.amount()),
                Clause.Effect.RAISE_HARD,
                then,
                message(entry),
                weight(entry));
        entry.done();
        return clause;
    }

    private List<Threshold> thresholds() {
        List<Threshold> thresholds = new ArrayList<>();
        List<YamlMapping> entries = file.mappings("thresholds");
        for (int i = 0; i < entries.size(); i++) {
            YamlMapping entry = entries.get(i);
            boolean last = i == entries.size() - 1;
            if (last == entry.has("segment")) {
                throw entry.error(
                        last
                                ? "the last threshold is for all payments that no segment holds; add one without 'segment'"
                                : "thresholds behind one without 'segment' are never reached; move it to the end");
            }
            Segment segment = segment(entry);
            try {
                thresholds.add(new Threshold(
                        segment, entry.number("stepUp", Double.NaN), entry.number("decline", Double.NaN)));
            } catch (IllegalArgumentException e) {
                throw entry.error("threshold: " + e.getMessage());
            }
            entry.done();
        }
        if (thresholds.size() > MAX_THRESHOLDS) {
            throw file.error("thresholds", "at most " + MAX_THRESHOLDS);
        }
        return thresholds;
    }

    private Clause rule(YamlMapping entry) {
        String code = code(entry);
        String when = entry.text("when");
        FlagExpression condition;
        try {
            condition = Expressions.compileFlag(vocabulary.schema(), when.strip());
        } catch (ExpressionException e) {
            throw entry.error("when", String.valueOf(e.getMessage()));
        }
        if (entry.has("then") == entry.has("atMost")) {
            throw entry.error("a rule has either 'then' (DECLINE or STEP_UP) or 'atMost' (STEP_UP or APPROVE)");
        }
        boolean cap = entry.has("atMost");
        boolean hard = entry.flag("hard", false);
        if (cap && hard) {
            throw entry.error("hard", "a cap never undoes a hard decision; leave 'hard' out");
        }
        Decision decision = cap
                ? decision(entry, "atMost", Decision.APPROVE, Decision.STEP_UP)
                : decision(entry, "then", Decision.STEP_UP, Decision.DECLINE);
        Clause.Effect effect = cap ? Clause.Effect.CAP : hard ? Clause.Effect.RAISE_HARD : Clause.Effect.RAISE;
        Clause clause = new Clause(
                code, (input, slots) -> condition.test(slots), effect, decision, message(entry), weight(entry));
        entry.done();
        return clause;
    }

    private String code(YamlMapping entry) {
        String code = entry.text("code");
        if (!CODE.matcher(code).matches() || code.startsWith(CompiledPolicy.BLOCK_CODE_PREFIX)) {
            throw entry.error(
                    "code",
                    "must be 3 to 64 of A-Z 0-9 _, start with a letter and not with "
                            + CompiledPolicy.BLOCK_CODE_PREFIX);
        }
        if (!codes.add(code)) {
            throw entry.error("code", code + " stands twice or is a built-in code; choose another");
        }
        return code;
    }

    private MessageTemplate message(YamlMapping entry) {
        try {
            return MessageTemplate.compile(entry.text("message"), vocabulary.schema());
        } catch (IllegalArgumentException e) {
            throw entry.error("message", String.valueOf(e.getMessage()));
        }
    }

    private static double weight(YamlMapping entry) {
        double weight = entry.number("weight", DEFAULT_WEIGHT);
        if (!(weight >= 0 && weight <= 1)) {
            throw entry.error("weight", "must be between 0 and 1");
        }
        return weight;
    }

    private static Decision decision(YamlMapping entry, String key, Decision... permitted) {
        String value = entry.text(key);
        for (Decision decision : permitted) {
            if (decision.name().equals(value)) {
                return decision;
            }
        }
        throw entry.error(key, "must be one of " + Arrays.toString(permitted));
    }

    private static Segment segment(YamlMapping entry) {
        YamlMapping segment = entry.mappingOrNull("segment");
        if (segment == null) {
            return Segment.ALL;
        }
        double from = 0;
        double below = Double.POSITIVE_INFINITY;
        YamlMapping amount = segment.mappingOrNull("amount");
        if (amount != null) {
            from = amount.number("from", from);
            below = amount.number("below", below);
            amount.done();
        }
        Set<String> categories = new HashSet<>(matching(segment, "categories", CATEGORY, "merchant category"));
        Set<String> countries = new HashSet<>(matching(segment, "countries", COUNTRY, "country"));
        Set<EntryMode> channels = channels(segment);
        segment.done();
        try {
            return new Segment(from, below, categories, countries, channels);
        } catch (IllegalArgumentException e) {
            throw segment.error(String.valueOf(e.getMessage()));
        }
    }

    private static Set<EntryMode> channels(YamlMapping segment) {
        Set<EntryMode> channels = EnumSet.noneOf(EntryMode.class);
        for (String value : segment.texts("channels")) {
            channels.add(Arrays.stream(EntryMode.values())
                    .filter(mode -> mode.name().equals(value))
                    .findFirst()
                    .orElseThrow(() -> segment.error("channels", "must be of " + Arrays.toString(EntryMode.values()))));
        }
        return channels;
    }
}
