package io.tollgate.api.sets;

import io.tollgate.api.decision.ServingContext;
import io.tollgate.api.decision.ServingContexts;
import io.tollgate.features.FeatureEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this process holds, and which of it is served. Reading is one volatile read; changing is for the one thread of
 * {@link FleetSwitch}.
 */
public final class LoadedSets implements ServingContexts, AutoCloseable {
    /** Each is a compiled engine and a model, some megabytes; more than a few at once are left over, not in use. */
    static final int MAX = 8;

    private volatile LoadedSet active;
    private volatile List<LoadedSet> all;
    private volatile List<FeatureEngine> tailed;

    public LoadedSets(LoadedSet first) {
        active = first;
        all = List.of(first);
        tailed = List.of(first.context().engine());
    }

    @Override
    public ServingContext active() {
        return active.context();
    }

    @Override
    public @Nullable ServingContext ofHash(int featureSetHash) {
        for (LoadedSet loaded : all) {
            if (loaded.context().hash() == featureSetHash) {
                return loaded.context();
            }
        }
        return null;
    }

    /** What is served, with its model and publisher. */
    public LoadedSet serving() {
        return active;
    }

    public List<LoadedSet> all() {
        return all;
    }

    /**
     * The sets whose tails are to be kept: the one that is served, and each whose publisher is at work, so that the first
     * payment after a switch sees the last one before it.
     */
    public List<FeatureEngine> tailed() {
        return tailed;
    }

    @Nullable
    LoadedSet find(String version) {
        for (LoadedSet loaded : all) {
            if (loaded.set().version().equals(version)) {
                return loaded;
            }
        }
        return null;
    }

    /**
     * Holds one more; at the bound, the one that was loaded first goes, but none that may be asked for.
     *
     * @param keep versions that may be asked for
     * @throws NotServableException when all of them may be
     */
    void add(LoadedSet loaded, Set<String> keep) {
        List<LoadedSet> more = new ArrayList<>(all);
        if (more.size() == MAX) {
            LoadedSet oldest = more.stream()
                    .filter(held ->
                            !held.equals(active) && !keep.contains(held.set().version()))
                    .findFirst()
                    .orElseThrow(() -> new NotServableException("this replica holds " + MAX
                            + " feature sets that are configured or published and takes no more; retire old ones"));
            more.remove(oldest);
            oldest.context().model().close();
        }
        more.add(loaded);
        all = List.copyOf(more);
    }

    void serve(LoadedSet next) {
        active = next;
        refreshTails();
    }

    /** To be called now and then: publishers come and go. */
    void refreshTails() {
        LoadedSet serving = active;
        tailed = all.stream()
                .filter(loaded -> loaded.equals(serving) || loaded.progress().alive())
                .map(loaded -> loaded.context().engine())
                .toList();
    }

    @Override
    public void close() {
        all.forEach(loaded -> loaded.context().model().close());
    }
}
