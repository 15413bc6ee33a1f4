package io.tollgate.api.sets;

import io.tollgate.api.store.FleetStore;
import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.features.spec.ActiveFeatureSet.Reference;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetReader;
import io.tollgate.features.yaml.YamlException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes all replicas serve the same feature set, and changes it under load.
 *
 * <p>The store holds one small entry with a revision that only grows; each replica looks at it five times a second and
 * changes over by replacing one reference. A store that has lost the entry gets it back from the replicas, and a replica
 * that cannot serve what the fleet serves goes on with what it has, and says so.
 *
 * <p>All of it happens on one thread of its own, in plain blocking steps; the request path only reads {@link
 * LoadedSets#active}.
 */
public final class FleetSwitch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetSwitch.class);

    /** So that a switch is everywhere well within a second. */
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * Every so many polls, five seconds, what was newly published is loaded ahead of its activation, and what could not
     * be loaded is tried again.
     */
    private static final int POLLS_PER_LOOK = 25;

    /** Two administrators who switch at once: the slower one reads again. */
    private static final int ATTEMPTS = 5;

    private final LoadedSets sets;
    private final FleetStore store;
    private final SetLoader loader;
    private final KnownSets known;
    private final ScheduledExecutorService thread;
    private final CountDownLatch heard = new CountDownLatch(1);
    private int polls;
    private volatile ActiveFeatureSet fleet;
    private volatile @Nullable String problem;

    /**
     * @param named sets that are known from the start, the served one among them
     */
    public FleetSwitch(LoadedSets sets, FleetStore store, SetLoader loader, List<FeatureSet> named) {
        this.sets = sets;
        this.store = store;
        this.loader = loader;
        this.fleet = new ActiveFeatureSet(0, sets.serving().reference(), null);
        this.known = new KnownSets(sets, store, loader, named);
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread created = new Thread(task, "feature-sets");
            created.setDaemon(true);
            return created;
        });
    }

    /** Loads what was configured and starts to follow the fleet. */
    public void start() {
        thread.execute(known::loadConfigured);
        var unused = thread.scheduleWithFixedDelay(this::follow, 0, POLL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits until the store has said what the fleet serves, so that a replica does not begin on another set. */
    public void awaitFleet(Duration patience) throws InterruptedException {
        if (!heard.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("redis has not said within {} which feature set is active; beginning on {}", patience, served());
        }
    }

    private Reference served() {
        return sets.serving().reference();
    }

    /** What the fleet serves, as far as this replica has heard. */
    public ActiveFeatureSet fleet() {
        return fleet;
    }

    /** Why this replica serves another set than the fleet; null when it does not. */
    public @Nullable String problem() {
        return problem;
    }

    /** Sets that are known but cannot be served. */
    public List<UnloadedSet> unloaded() {
        return known.unloaded();
    }

    /** Never fails for anything that a caller or the store does. */
    public CompletableFuture<SwitchResult> activate(String version) {
        return onThread(() -> {
            LoadedSet target = known.load(version);
            if (target == null) {
                return new SwitchResult.Unknown("no feature set " + version
                        + " is known here; publish it (./tollgate feature-set publish FILE) or add it to"
                        + " TOLLGATE_FEATURE_SETS");
            }
            return switchTo(target);
        });
    }

    /** To what was active before the last switch; done twice, it is undone. */
    public CompletableFuture<SwitchResult> rollBack() {
        return onThread(() -> {
            ActiveFeatureSet now = newest(store.active());
            Reference previous = now.previous();
            if (previous == null) {
                return new SwitchResult.Refused(
                        "there is nothing to roll back to: " + now.active() + " is active and nothing was before it");
            }
            LoadedSet target = known.load(previous.version());
            if (target == null || !target.reference().equals(previous)) {
                return new SwitchResult.Refused("cannot roll back to " + previous + ": this replica does not hold that"
                        + " definition any more; activate another version");
            }
            return switchTo(target);
        });
    }

    /** Keeps a definition for all replicas; it can be activated a few seconds later at most. */
    public CompletableFuture<SwitchResult> publish(String source, String text) {
        return onThread(() -> {
            FeatureSet set;
            try {
                set = FeatureSetReader.read(source, text);
            } catch (YamlException e) {
                return new SwitchResult.Invalid(String.valueOf(e.getMessage()));
            }
            try {
                loader.check(set);
            } catch (NotServableException e) {
                return new SwitchResult.Invalid(String.valueOf(e.getMessage()));
            }
            known.publish(set, text);
            return new SwitchResult.Published(set);
        });
    }

    private CompletableFuture<SwitchResult> onThread(Callable<SwitchResult> step) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return step.call();
                    } catch (NotServableException e) {
                        return new SwitchResult.Refused(String.valueOf(e.getMessage()));
                    } catch (FleetStore.Unavailable e) {
                        return new SwitchResult.Unavailable("the other replicas cannot be told: " + e.getMessage()
                                + "; nothing was switched, try again");
                    } catch (Exception e) {
                        throw new IllegalStateException("a feature set could not be switched", e);
                    }
                },
                thread);
    }

    private SwitchResult switchTo(LoadedSet target) throws FleetStore.Unavailable {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String text = store.active();
            ActiveFeatureSet now = newest(text);
            if (now.active().equals(target.reference()) && !text.isEmpty()) {
                adopt(now);
                return new SwitchResult.Switched(now);
            }
            ActiveFeatureSet next = now.switchedTo(target.reference());
            if (store.replace(text, next)) {
                adopt(next);
                return new SwitchResult.Switched(next);
            }
        }
        return new SwitchResult.Refused("others are switching at the same time; look at what is active and try again");
    }

    /** Of the store's entry and what this replica remembers, the one with the greater revision. */
    private ActiveFeatureSet newest(String text) {
        ActiveFeatureSet stored = ActiveFeatureSet.decode(text);
        return stored == null || stored.revision() < fleet.revision() ? fleet : stored;
    }

    private void follow() {
        try {
            boolean look = polls++ % POLLS_PER_LOOK == 0;
            String text = store.active();
            ActiveFeatureSet stored = ActiveFeatureSet.decode(text);
            if ((stored == null ? 0 : stored.revision()) < fleet.revision()) {
                // Wiped, restored from an old copy, or damaged: whoever knows better says so.
                var unused = store.replace(text, fleet);
            } else if (stored != null && (!stored.equals(fleet) || (look && problem != null))) {
                adopt(stored);
            }
            heard.countDown();
            sets.refreshTails();
            if (look) {
                known.loadPublished();
            }
        } catch (FleetStore.Unavailable e) {
            LOG.debug("cannot look which feature set is active: {}", e.getMessage());
        } catch (RuntimeException e) {
            // A failure must not end the polling: it would strand this replica on an old set.
            LOG.error("cannot follow the fleet's feature set", e);
        }
    }

    private void adopt(ActiveFeatureSet wanted) throws FleetStore.Unavailable {
        boolean news = !wanted.equals(fleet);
        fleet = wanted;
        String trouble = null;
        try {
            LoadedSet target = known.load(wanted.active().version());
            if (target == null) {
                trouble = "the fleet serves " + wanted.active() + ", which this replica does not know; add it to"
                        + " TOLLGATE_FEATURE_SETS or publish it again";
            } else if (!target.reference().equals(wanted.active())) {
                trouble = "the fleet serves " + wanted.active() + ", but this replica has " + target.reference()
                        + "; give both the same file";
            } else if (!target.equals(sets.serving())) {
                LOG.info("serving {} from now on, revision {}", target.reference(), wanted.revision());
                sets.serve(target);
            }
        } catch (NotServableException e) {
            trouble = "the fleet serves " + wanted.active() + ", which this replica cannot: " + e.getMessage();
        }
        if (trouble != null && (news || !trouble.equals(problem))) {
            LOG.error("{}; going on with {}", trouble, served());
        }
        problem = trouble;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
