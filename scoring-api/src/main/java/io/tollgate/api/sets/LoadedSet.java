package io.tollgate.api.sets;

import io.tollgate.api.decision.ServingContext;
import io.tollgate.api.store.PipelineProgress;
import io.tollgate.features.spec.ActiveFeatureSet.Reference;
import io.tollgate.features.spec.FeatureSet;
import org.jspecify.annotations.Nullable;

/**
 * A feature set that this process can serve at once.
 *
 * @param progress of the publisher that works for this set
 * @param model name and version of the model that is bound to it; null when the rules decide alone
 */
public record LoadedSet(
        ServingContext context,
        PipelineProgress progress,
        @Nullable String model) {
    public FeatureSet set() {
        return context.featureSet();
    }

    public Reference reference() {
        return Reference.of(set());
    }
}
