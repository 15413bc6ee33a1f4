package io.tollgate.api.decision;

import io.tollgate.features.FeatureVector;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.policy.Degradation;
import io.tollgate.features.policy.Reason;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One payment on its way: each step of {@link DecisionFlow} fills in its part. Confined to the request; handed to
 * listeners when it is complete, and not changed after that.
 */
public final class Payment {
    private final ServingContext context;
    private final Authorization authorization;
    private final Deadline deadline;
    private final String traceparent;
    private final Set<Degradation> degraded = EnumSet.noneOf(Degradation.class);

    private byte @Nullable [] request;
    private byte @Nullable [] digest;
    private byte @Nullable [] event;
    private @Nullable FeatureVector vector;
    private double score = Double.NaN;
    private @Nullable String model;
    private Decision decision = Decision.STEP_UP;
    private List<Reason> reasons = List.of();
    private String policy = "";
    private long decidedAtMs;
    private long featureNanos;
    private long modelNanos;
    private long policyNanos;
    private long reasonNanos;
    private ModelReasons.@Nullable Cause unexplained;

    /**
     * @param context what it is decided with, from here to the answer
     * @param traceparent W3C trace context of the request
     */
    public Payment(ServingContext context, Authorization authorization, Deadline deadline, String traceparent) {
        this.context = context;
        this.authorization = authorization;
        this.deadline = deadline;
        this.traceparent = traceparent;
    }

    public ServingContext context() {
        return context;
    }

    public Authorization authorization() {
        return authorization;
    }

    public String id() {
        return authorization.transactionId().value();
    }

    public Deadline deadline() {
        return deadline;
    }

    public String traceparent() {
        return traceparent;
    }

    /** The request in canonical JSON, encoded when it is first asked for; not to be changed. */
    byte[] request() {
        byte[] known = request;
        if (known == null) {
            known = RequestJson.encode(authorization);
            request = known;
        }
        return known;
    }

    /** Of the request; worked out when it is first asked for. */
    byte[] digest() {
        byte[] known = digest;
        if (known == null) {
            known = RequestJson.digest(request());
            digest = known;
        }
        return known;
    }

    /** The event that tells of this payment once it is decided, encoded when it is first asked for; not to be changed. */
    byte[] event() {
        byte[] known = event;
        if (known == null) {
            known = context.events().encode(this);
            event = known;
        }
        return known;
    }

    public Set<Degradation> degraded() {
        return degraded;
    }

    void degrade(Degradation how) {
        degraded.add(how);
    }

    public FeatureVector vector() {
        if (vector == null) {
            throw new IllegalStateException("features have not been evaluated yet");
        }
        return vector;
    }

    void evaluated(FeatureVector evaluated, long elapsedNanos) {
        vector = evaluated;
        featureNanos = elapsedNanos;
    }

    /** The model's probability of fraud; NaN when there is none. */
    public double score() {
        return score;
    }

    /** Name and version of the model that scored; null when none did. */
    public @Nullable String model() {
        return model;
    }

    void scored(double probability, String by) {
        score = probability;
        model = by;
    }

    void modelTook(long elapsedNanos) {
        modelNanos = elapsedNanos;
    }

    public Decision decision() {
        return decision;
    }

    public List<Reason> reasons() {
        return reasons;
    }

    public String policy() {
        return policy;
    }

    public long decidedAtMs() {
        return decidedAtMs;
    }

    void decided(Decision verdict, List<Reason> why, String by, long atMs, long elapsedNanos) {
        decision = verdict;
        reasons = why;
        policy = by;
        decidedAtMs = atMs;
        policyNanos = elapsedNanos;
    }

    /** Adds what the model saw. */
    void explained(ModelReasons.Outcome outcome, long elapsedNanos) {
        reasonNanos = elapsedNanos;
        if (outcome instanceof ModelReasons.Outcome.Known known) {
            reasons = ModelReasons.after(reasons, known.reasons());
        } else {
            unexplained = ((ModelReasons.Outcome.Unknown) outcome).cause();
            degrade(Degradation.REASONS_WITHOUT_MODEL);
        }
    }

    /** Why the model's reasons are missing; null when they are not, or were not wanted. */
    public ModelReasons.@Nullable Cause unexplained() {
        return unexplained;
    }

    /** How long the model's reasons took; 0 when they were not wanted. */
    public long reasonNanos() {
        return reasonNanos;
    }

    public long featureNanos() {
        return featureNanos;
    }

    public long modelNanos() {
        return modelNanos;
    }

    public long policyNanos() {
        return policyNanos;
    }
}
