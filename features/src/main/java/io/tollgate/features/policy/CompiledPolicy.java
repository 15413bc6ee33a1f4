package io.tollgate.features.policy;

import io.tollgate.features.domain.Decision;
import io.tollgate.features.expr.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A policy ready to decide. Immutable and thread-safe; takes a microsecond or two and, for a payment on which nothing
 * fires, allocates nothing.
 *
 * <p>Order of evaluation:
 *
 * <ol>
 *   <li><b>Block list.</b> A payment on it is declined; nothing else is looked at.
 *   <li><b>Limits and hard rules</b> give the hard decision, the strictest that applies.
 *   <li><b>Score thresholds</b>, of the first segment that holds the payment, <b>and rules</b> give the soft decision,
 *       the strictest that applies. Without a score the rules decide alone.
 *   <li><b>Caps</b> ({@code atMost} rules, and the allow list as a cap at APPROVE) limit the soft decision, never the
 *       hard one.
 *   <li>The answer is the stricter of the hard and the capped soft decision.
 * </ol>
 *
 * <p>A second policy decided on the same input and only counted is a shadow policy; no more is needed for one.
 */
public final class CompiledPolicy {
    /** Code of the reason that a score threshold gives. */
    public static final String SCORE_CODE = "MODEL_SCORE";

    static final String SCORE_MESSAGE = "The model puts the probability of fraud at ";

    /** Code that an allow-listed payment is counted under. */
    public static final String ALLOW_CODE = "ALLOW_LIST";

    /** Codes of block-list reasons are this and the kind: {@code BLOCK_LIST_CARDS}. */
    public static final String BLOCK_CODE_PREFIX = "BLOCK_LIST_";

    private final String version;
    private final PolicyVocabulary vocabulary;
    private final EntityList block;
    private final EntityList allow;
    private final Threshold[] thresholds;
    private final Clause[] clauses;
    private final ThreadLocal<Slots> scratch;

    CompiledPolicy(
            String version,
            PolicyVocabulary vocabulary,
            EntityList block,
            EntityList allow,
            List<Threshold> thresholds,
            List<Clause> clauses) {
        this.version = version;
        this.vocabulary = vocabulary;
        this.block = block;
        this.allow = allow;
        this.thresholds = thresholds.toArray(Threshold[]::new);
        this.clauses = clauses.toArray(Clause[]::new);
        this.scratch = ThreadLocal.withInitial(vocabulary.schema()::newSlots);
    }

    /** As the file states it; part of every answer and event. */
    public String version() {
        return version;
    }

    /** Codes of its limits and rules, in file order: what can stand in {@link PolicyDecision#fired} beside the built-in codes. */
    public List<String> codes() {
        return Arrays.stream(clauses).map(Clause::code).toList();
    }

    /** Its limits and rules in file order. */
    List<Clause> clauses() {
        return List.of(clauses);
    }

    /** The names that this policy was compiled against. */
    public PolicyVocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * @throws IllegalArgumentException if the vector or the groups are not of the feature set that this policy was
     *     compiled against
     */
    public PolicyDecision decide(PolicyInput input) {
        requireSameFeatureSet(input);
        EntityList.Kind blocked = block.match(input.authorization());
        if (blocked != null) {
            return blocked(blocked);
        }
        Slots slots = scratch.get();
        vocabulary.fill(slots, input);
        Decision hard = Decision.APPROVE;
        Decision scored = score(input);
        Decision soft = scored;
        Decision cap = Decision.DECLINE;
        List<Clause> applied = null;
        for (Clause clause : clauses) {
            if (!clause.condition().applies(input, slots)) {
                continue;
            }
            applied = applied == null ? new ArrayList<>(4) : applied;
            applied.add(clause);
            switch (clause.effect()) {
                case RAISE_HARD -> hard = hard.atLeast(clause.decision());
                case RAISE -> soft = soft.atLeast(clause.decision());
                case CAP -> cap = atMost(cap, clause.decision());
            }
        }
        boolean allowed = soft != Decision.APPROVE && allow.match(input.authorization()) != null;
        if (allowed) {
            cap = Decision.APPROVE;
        }
        if (applied == null && scored == Decision.APPROVE) {
            return PolicyDecision.APPROVED;
        }
        Decision decision = hard.atLeast(atMost(soft, cap));
        return explain(decision, cap, scored, allowed, applied == null ? List.of() : applied, input, slots);
    }

    private Decision score(PolicyInput input) {
        double score = input.score();
        if (Double.isNaN(score)) {
            return Decision.APPROVE;
        }
        for (Threshold threshold : thresholds) {
            if (threshold.segment().contains(input.authorization(), input.amount())) {
                return score >= threshold.decline()
                        ? Decision.DECLINE
                        : score >= threshold.stepUp() ? Decision.STEP_UP : Decision.APPROVE;
            }
        }
        return Decision.APPROVE;
    }

    static String blockCode(EntityList.Kind kind) {
        return BLOCK_CODE_PREFIX + kind.name();
    }

    static String blockMessage(EntityList.Kind kind) {
        return "The " + kind.words() + " is on the block list";
    }

    private static PolicyDecision blocked(EntityList.Kind kind) {
        String code = blockCode(kind);
        Reason reason = new Reason(code, blockMessage(kind), 1);
        return new PolicyDecision(Decision.DECLINE, List.of(reason), List.of(code));
    }

    /** Reasons are what raised the decision and was not capped away, the strictest and heaviest first. */
    private static PolicyDecision explain(
            Decision decision,
            Decision cap,
            Decision scored,
            boolean allowed,
            List<Clause> applied,
            PolicyInput input,
            Slots slots) {
        List<String> fired = new ArrayList<>();
        List<Raised> raised = new ArrayList<>();
        for (Clause clause : applied) {
            fired.add(clause.code());
            boolean hard = clause.effect() == Clause.Effect.RAISE_HARD;
            if (decision != Decision.APPROVE && (hard || clause.effect() == Clause.Effect.RAISE)) {
                Decision effective = hard ? clause.decision() : atMost(clause.decision(), cap);
                raised.add(new Raised(
                        effective, new Reason(clause.code(), clause.message().format(slots), clause.weight())));
            }
        }
        if (scored != Decision.APPROVE) {
            fired.add(SCORE_CODE);
            String message = SCORE_MESSAGE + MessageTemplate.plain(input.score(), 2);
            raised.add(new Raised(atMost(scored, cap), new Reason(SCORE_CODE, message, input.score())));
        }
        if (allowed) {
            fired.add(ALLOW_CODE);
        }
        List<Reason> reasons = raised.stream()
                .filter(each -> each.effective() != Decision.APPROVE)
                .sorted(Comparator.comparing(Raised::effective)
                        .reversed()
                        .thenComparing(Comparator.comparingDouble(
                                        (Raised each) -> each.reason().weight())
                                .reversed()))
                .map(Raised::reason)
                .limit(PolicyDecision.MAX_REASONS)
                .toList();
        return new PolicyDecision(decision, reasons, fired);
    }

    private record Raised(Decision effective, Reason reason) {}

    private void requireSameFeatureSet(PolicyInput input) {
        int features = vocabulary.features().features().size();
        int groups = vocabulary.features().groups().size();
        if (input.vector().values().length != features
                || input.vector().lookups().size() != groups) {
            throw new IllegalArgumentException("the policy is compiled for " + features + " features in " + groups
                    + " groups, the input has " + input.vector().values().length + " in "
                    + input.vector().lookups().size());
        }
    }

    private static Decision atMost(Decision decision, Decision cap) {
        return decision.compareTo(cap) <= 0 ? decision : cap;
    }
}
