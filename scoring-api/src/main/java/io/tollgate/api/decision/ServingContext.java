package io.tollgate.api.decision;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.model.ModelClient;
import org.jspecify.annotations.Nullable;

/**
 * Everything that belongs to one feature set and that a payment is decided with. A payment takes one when it is read and
 * keeps it to its answer, so that a switch never mixes one set's vector with another's model. Immutable, thread-safe.
 */
public final class ServingContext {
    private final FeatureEngine engine;
    private final DraftReader reader;
    private final FeatureSource features;
    private final ModelClient model;
    private final @Nullable ModelReasons reasons;
    private final Judge judge;
    private final ShadowJudge shadow;
    private final EventJson events;
    private final int hash;

    /**
     * @param model trained on this very feature set, or one that never scores
     * @param reasons of that model; null when its artifact is not at hand
     */
    public ServingContext(
            FeatureEngine engine,
            FeatureSource features,
            ModelClient model,
            @Nullable ModelReasons reasons,
            Judge judge,
            ShadowJudge shadow) {
        this.engine = engine;
        this.reader = new DraftReader(engine::supportsCurrency);
        this.features = features;
        this.model = model;
        this.reasons = reasons;
        this.judge = judge;
        this.shadow = shadow;
        this.events = new EventJson(engine.featureSet());
        this.hash = engine.featureSet().hash();
    }

    public FeatureEngine engine() {
        return engine;
    }

    public FeatureSet featureSet() {
        return engine.featureSet();
    }

    /** {@link FeatureSet#hash}, computed once. */
    public int hash() {
        return hash;
    }

    public DraftReader reader() {
        return reader;
    }

    public FeatureSource features() {
        return features;
    }

    public ModelClient model() {
        return model;
    }

    @Nullable
    ModelReasons reasons() {
        return reasons;
    }

    Judge judge() {
        return judge;
    }

    /** Tried out, never decided by. */
    public ShadowJudge shadow() {
        return shadow;
    }

    EventJson events() {
        return events;
    }
}
