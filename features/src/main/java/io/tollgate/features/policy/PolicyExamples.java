package io.tollgate.features.policy;

import io.tollgate.features.FeatureVector;
import io.tollgate.features.Lookup;
import io.tollgate.features.MissCause;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.expr.Suggestions;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.GroupSpec;
import io.tollgate.features.yaml.YamlMapping;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Example payments with the decision that a policy must give, so that a change of policy can be tested before it decides
 * on anything real. Immutable and thread-safe.
 *
 * <p>Amounts are in the base currency.
 *
 * <pre>{@code
 * examples:
 *   - name: card testing is declined
 *     payment: {amount: 1.20, currency: EUR, channel: ECOM, category: "5815", country: US, device: d-1, ip: 203.0.113.7,
 *               card: c-1, merchant: m-1}
 *     features: {card_tx_count_1m: 7}      # the rest has the feature set's defaults
 *     groups: {"ip:activity": BLIND}       # the rest is FRESH
 *     score: 0.2                           # left out: no score
 *     degraded: [MODEL_LOCAL]
 *     expect: DECLINE
 *     reasons: [CARD_TESTING]              # must be among the codes given
 * }</pre>
 */
public final class PolicyExamples {
    private static final int MAX_EXAMPLES = 10_000;
    private static final Lookup FRESH = new Lookup.Hit(0, 0, 0);

    private final List<Example> examples;

    private PolicyExamples(List<Example> examples) {
        this.examples = List.copyOf(examples);
    }

    private record Example(String name, int line, PolicyInput input, Decision expected, List<String> reasons) {}

    /**
     * What became of an example.
     *
     * @param line of the example in its file
     * @param actual what the policy said
     * @param problem how that differs from what is expected; null if it does not
     */
    public record Result(
            String name,
            int line,
            Decision expected,
            PolicyDecision actual,
            @Nullable String problem) {
        public boolean passed() {
            return problem == null;
        }
    }

    /**
     * @param source file name for error messages
     * @throws io.tollgate.features.yaml.YamlException with file, line, problem and remedy
     */
    public static PolicyExamples read(String source, String text, FeatureSet features) {
        YamlMapping file = YamlMapping.parse(source, text);
        List<Example> examples = new ArrayList<>();
        for (YamlMapping entry : file.mappings("examples")) {
            examples.add(example(entry, features));
        }
        if (examples.isEmpty() || examples.size() > MAX_EXAMPLES) {
            throw file.error("examples: a file has 1 to " + MAX_EXAMPLES);
        }
        file.done();
        return new PolicyExamples(examples);
    }

    /** Decides every example, in file order. */
    public List<Result> run(CompiledPolicy policy) {
        return examples.stream()
                .map(example -> check(example, policy.decide(example.input())))
                .toList();
    }

    private static Result check(Example example, PolicyDecision actual) {
        List<String> codes = actual.reasons().stream().map(Reason::code).toList();
        List<String> lacking =
                example.reasons().stream().filter(code -> !codes.contains(code)).toList();
        String problem = null;
        if (actual.decision() != example.expected()) {
            problem = "expected " + example.expected() + ", the policy says " + actual.decision() + " " + codes;
        } else if (!lacking.isEmpty()) {
            problem = "expected reasons " + lacking + ", the policy gives " + codes;
        }
        return new Result(example.name(), example.line(), example.expected(), actual, problem);
    }

    private static Example example(YamlMapping entry, FeatureSet features) {
        String name = entry.text("name");
        Authorization authorization = payment(entry);
        double score = entry.number("score", Double.NaN);
        if (score < 0 || score > 1) {
            throw entry.error("score", "must be between 0 and 1; leave it out for none");
        }
        Set<Degradation> degraded = EnumSet.noneOf(Degradation.class);
        for (String code : entry.texts("degraded")) {
            degraded.add(constant(entry, "degraded", code, Degradation.values()));
        }
        PolicyInput input = new PolicyInput(
                authorization,
                authorization.amount().value().doubleValue(),
                new FeatureVector(vector(entry, features), lookups(entry, features)),
                score,
                degraded);
        Decision expected = constant(entry, "expect", entry.text("expect"), Decision.values());
        Example example = new Example(name, entry.line(), input, expected, entry.texts("reasons"));
        entry.done();
        return example;
    }

    /** An ordinary payment at a terminal, but for what the example states. */
    private static Authorization payment(YamlMapping entry) {
        YamlMapping payment = entry.mapping("payment");
        try {
            String device = payment.textOrNull("device");
            String ip = payment.textOrNull("ip");
            EntryMode channel = constant(payment, "channel", payment.text("channel", "CHIP"), EntryMode.values());
            Authorization authorization = new Authorization(
                    new TransactionId("example"),
                    Instant.EPOCH,
                    new Money(new BigDecimal(payment.text("amount", "25")), payment.text("currency", "EUR")),
                    new Authorization.Card(new CardToken(payment.text("card", "c-1")), null, channel),
                    new Authorization.Merchant(
                            new MerchantId(payment.text("merchant", "m-1")),
                            payment.text("category", "5411"),
                            payment.text("country", "DE")),
                    device == null && ip == null
                            ? null
                            : new Authorization.Device(device == null ? null : new DeviceId(device), ip),
                    null);
            payment.done();
            return authorization;
        } catch (IllegalArgumentException e) {
            throw payment.error("payment: " + e.getMessage());
        }
    }

    private static double[] vector(YamlMapping entry, FeatureSet features) {
        double[] vector = features.features().stream()
                .mapToDouble(FeatureSpec::defaultValue)
                .toArray();
        YamlMapping given = entry.mappingOrNull("features");
        if (given != null) {
            List<String> names =
                    features.features().stream().map(FeatureSpec::name).toList();
            for (String name : given.keys()) {
                int index = names.indexOf(name);
                if (index < 0) {
                    throw given.error(
                            name,
                            "no such feature in " + features.id()
                                    + Suggestions.closest(name, names)
                                            .map(known -> "; did you mean '" + known + "'?")
                                            .orElse(""));
                }
                vector[index] = value(given, name);
            }
            given.done();
        }
        return vector;
    }

    private static double value(YamlMapping given, String name) {
        return switch (given.text(name)) {
            case "true" -> 1;
            case "false" -> 0;
            default -> given.number(name, 0);
        };
    }

    private static List<Lookup> lookups(YamlMapping entry, FeatureSet features) {
        List<Lookup> lookups = new ArrayList<>();
        YamlMapping given = entry.mappingOrNull("groups");
        for (GroupSpec group : features.groups()) {
            String name = group.qualifiedName();
            String health = given == null ? null : given.textOrNull(name);
            lookups.add(
                    given == null || health == null
                            ? FRESH
                            : lookup(constant(given, name, health, GroupHealth.values())));
        }
        if (given != null) {
            given.done();
        }
        return lookups;
    }

    private static Lookup lookup(GroupHealth health) {
        return switch (health) {
            case FRESH -> FRESH;
            case STALE -> new Lookup.Stale(0, 0, 0);
            case NEW -> new Lookup.Missing(MissCause.NEW_ENTITY);
            case BLIND -> new Lookup.Missing(MissCause.UNAVAILABLE);
            case NOT_APPLICABLE -> Lookup.NOT_APPLICABLE;
        };
    }

    private static <E extends Enum<E>> E constant(YamlMapping entry, String key, String value, E[] constants) {
        for (E constant : constants) {
            if (constant.name().equals(value)) {
                return constant;
            }
        }
        throw entry.error(key, "must be one of " + Arrays.toString(constants));
    }
}
