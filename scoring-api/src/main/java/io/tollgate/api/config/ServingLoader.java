package io.tollgate.api.config;

import io.tollgate.api.decision.Judge;
import io.tollgate.api.decision.ModelReasons;
import io.tollgate.api.decision.ServingContext;
import io.tollgate.api.decision.ShadowJudge;
import io.tollgate.api.metrics.DecisionMetrics;
import io.tollgate.api.policy.PolicyDesk;
import io.tollgate.api.sets.LoadedSet;
import io.tollgate.api.sets.NotServableException;
import io.tollgate.api.sets.SetLoader;
import io.tollgate.api.store.EventLoops;
import io.tollgate.api.store.LastKnownValues;
import io.tollgate.api.store.LoopRedis;
import io.tollgate.api.store.PipelineProgress;
import io.tollgate.api.store.RedisBreaker;
import io.tollgate.api.store.RedisCommands;
import io.tollgate.api.store.RedisFeatures;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.FeatureSetException;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.yaml.YamlException;
import io.tollgate.model.artifact.ModelArtifact;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Puts together what one feature set is served with: engine, store, policy and the model that was trained on it. */
final class ServingLoader implements SetLoader {
    private final Settings settings;
    private final String configured;
    private final IdHasher hasher;
    private final LoopRedis redis;
    private final RedisCommands commands;
    private final RedisBreaker breaker;
    private final EventLoops loops;
    private final DecisionMetrics metrics;
    private final PolicyDesk policies;
    private final @Nullable PolicyDesk shadow;
    private final Clock clock;
    private final ModelShelf shelf;

    /**
     * @param configured the set that the operator has named, by {@link FeatureSet#id}
     * @param shadow of a policy that is tried out; null for none
     */
    ServingLoader(
            Settings settings,
            String configured,
            IdHasher hasher,
            LoopRedis redis,
            RedisCommands commands,
            RedisBreaker breaker,
            EventLoops loops,
            DecisionMetrics metrics,
            PolicyDesk policies,
            @Nullable PolicyDesk shadow,
            Clock clock) {
        this.settings = settings;
        this.configured = configured;
        this.hasher = hasher;
        this.redis = redis;
        this.commands = commands;
        this.breaker = breaker;
        this.loops = loops;
        this.metrics = metrics;
        this.policies = policies;
        this.shadow = shadow;
        this.clock = clock;
        this.shelf = new ModelShelf(settings.model());
    }

    @Override
    public LoadedSet load(FeatureSet set) {
        FeatureEngine engine = compile(set);
        Judge judge = judge(engine);
        ModelWiring.Model model =
                ModelWiring.model(shelf, settings.model().token(), set, set.id().equals(configured), loops, metrics);
        PipelineProgress progress = new PipelineProgress(redis, engine.progressKey(), clock);
        progress.start();
        ServingContext context = new ServingContext(
                engine,
                new RedisFeatures(engine, commands, breaker, progress, lastKnown(set)),
                model.client(),
                reasons(model.artifact(), set),
                judge,
                shadow == null ? ShadowJudge.NONE : shadow.slotFor(engine)::judgeIfSet);
        metrics.expect(set);
        return new LoadedSet(context, progress, model.version());
    }

    private LastKnownValues lastKnown(FeatureSet set) {
        Settings.LastKnown bounds = settings.lastKnown();
        return new LastKnownValues(set, bounds.merchants(), bounds.maxAge(), System::nanoTime);
    }

    private @Nullable ModelReasons reasons(@Nullable ModelArtifact artifact, FeatureSet set) {
        return artifact == null
                ? null
                : ModelReasons.of(artifact, set, settings.model().reasons());
    }

    @Override
    public void check(FeatureSet set) {
        var unused = compile(set);
    }

    private FeatureEngine compile(FeatureSet set) {
        try {
            return FeatureEngine.compile(set, hasher);
        } catch (FeatureSetException | IllegalArgumentException e) {
            throw new NotServableException(String.valueOf(e.getMessage()), e);
        }
    }

    private Judge judge(FeatureEngine engine) {
        try {
            return policies.slotFor(engine);
        } catch (YamlException | IllegalArgumentException e) {
            throw new NotServableException(
                    "the policy " + settings.policy() + " does not fit "
                            + engine.featureSet().id() + ": " + e.getMessage()
                            + "; set TOLLGATE_POLICY to one that does",
                    e);
        }
    }
}
