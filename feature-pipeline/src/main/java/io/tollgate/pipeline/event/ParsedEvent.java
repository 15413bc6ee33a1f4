package io.tollgate.pipeline.event;

import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.quality.Defect;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What became of one message of the hub. */
public sealed interface ParsedEvent {

    /**
     * A message that holds to its schema.
     *
     * @param warnings names of the expectations that it does not meet though it is used
     */
    record Accepted(FeatureEvent event, @Nullable Served served, List<String> warnings) implements ParsedEvent {
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    /** A message that does not; nothing of it reaches a feature. */
    record Rejected(Defect defect, String rule, String reason) implements ParsedEvent {
        public Rejected {
            Objects.requireNonNull(defect, "defect");
            Objects.requireNonNull(rule, "rule");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * What an authorization event tells beyond the payment: the decision's circumstances.
     *
     * @param decidedAtMs milliseconds since the epoch
     * @param vector as served, in the order of the feature set; NaN where the event holds null
     * @param groups the event's {@code groups}, as JSON
     */
    @SuppressWarnings("ArrayRecordComponent") // copied in and out, and compared by content below
    record Served(
            long decidedAtMs,
            @Nullable String featureSetVersion,
            @Nullable String featureSetHash,
            @Nullable String model,
            @Nullable String policy,
            double @Nullable [] vector,
            @Nullable String groups) {
        public Served {
            vector = vector == null ? null : vector.clone();
        }

        @Override
        public double @Nullable [] vector() {
            return vector == null ? null : vector.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Served that
                    && decidedAtMs == that.decidedAtMs
                    && Objects.equals(featureSetVersion, that.featureSetVersion)
                    && Objects.equals(featureSetHash, that.featureSetHash)
                    && Objects.equals(model, that.model)
                    && Objects.equals(policy, that.policy)
                    && Arrays.equals(vector, that.vector)
                    && Objects.equals(groups, that.groups);
        }

        @Override
        public int hashCode() {
            return Objects.hash(decidedAtMs, featureSetVersion, featureSetHash, model, policy, groups)
                    ^ Arrays.hashCode(vector);
        }
    }
}
