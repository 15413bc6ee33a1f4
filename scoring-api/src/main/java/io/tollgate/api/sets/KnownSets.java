package io.tollgate.api.sets;

import io.tollgate.api.store.FleetStore;
import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetReader;
import io.tollgate.features.yaml.YamlException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The definitions that this process has been given, configured or published, and their loading. Confined to the one thread
 * of {@link FleetSwitch}, but for {@link #unloaded}.
 */
final class KnownSets {
    private static final Logger LOG = LoggerFactory.getLogger(KnownSets.class);

    private final LoadedSets sets;
    private final FleetStore store;
    private final SetLoader loader;
    private final Set<String> configured;
    private final Map<String, FeatureSet> known = new LinkedHashMap<>();
    private final Map<String, String> problems = new LinkedHashMap<>();
    private Set<String> published = Set.of();
    private volatile List<UnloadedSet> unloaded = List.of();

    KnownSets(LoadedSets sets, FleetStore store, SetLoader loader, List<FeatureSet> named) {
        this.sets = sets;
        this.store = store;
        this.loader = loader;
        for (FeatureSet set : named) {
            known.put(set.version(), set);
        }
        this.configured = Set.copyOf(known.keySet());
    }

    /** Sets that are known but cannot be served. Any thread may ask. */
    List<UnloadedSet> unloaded() {
        return unloaded;
    }

    void loadConfigured() {
        configured.forEach(this::tryLoad);
    }

    /** Published sets are loaded before they are asked for: compiling and reading a model takes up to a second. */
    void loadPublished() throws FleetStore.Unavailable {
        Map<String, String> definitions = store.published();
        published = Set.copyOf(definitions.keySet());
        definitions.forEach((version, text) -> {
            if (!known.containsKey(version)) {
                learn(version, text);
                tryLoad(version);
            }
        });
    }

    /**
     * The set of a version, loaded by now; null when no such version is known.
     *
     * @throws NotServableException when it is known and cannot be served
     */
    @Nullable
    LoadedSet load(String version) throws FleetStore.Unavailable {
        LoadedSet loaded = sets.find(version);
        if (loaded != null) {
            return loaded;
        }
        if (!known.containsKey(version)) {
            String text = store.published().get(version);
            if (text != null) {
                learn(version, text);
            }
        }
        FeatureSet set = known.get(version);
        return set == null ? null : load(set);
    }

    /**
     * Keeps a definition for all replicas.
     *
     * @throws NotServableException when its version stands for another definition
     */
    void publish(FeatureSet set, String text) throws FleetStore.Unavailable {
        requireSame(set, known.getOrDefault(set.version(), set));
        store.publish(set.version(), text);
        String standing = store.published().getOrDefault(set.version(), text);
        requireSame(set, FeatureSetReader.read("published " + set.version(), standing));
        known.put(set.version(), set);
        tryLoad(set.version());
    }

    private static void requireSame(FeatureSet offered, FeatureSet standing) {
        if (standing.hash() != offered.hash()) {
            throw new NotServableException(standing.version() + " is there already as " + standing.id() + " ("
                    + standing.hashText() + "), and published versions never change; give this one ("
                    + offered.hashText() + ") another version");
        }
    }

    private void learn(String version, String text) {
        try {
            known.put(version, FeatureSetReader.read("published " + version, text));
        } catch (YamlException e) {
            if (problems.put(version, String.valueOf(e.getMessage())) == null) {
                LOG.error(
                        "{} holds no feature set under {}: {}",
                        ActiveFeatureSet.PUBLISHED_KEY,
                        version,
                        e.getMessage());
            }
        }
    }

    private LoadedSet load(FeatureSet set) {
        try {
            LoadedSet loaded = loader.load(set);
            Set<String> inUse = new HashSet<>(configured);
            inUse.addAll(published);
            sets.add(loaded, inUse);
            problems.remove(set.version());
            return loaded;
        } catch (NotServableException e) {
            problems.put(set.version(), String.valueOf(e.getMessage()));
            throw e;
        } finally {
            unloaded = known.values().stream()
                    .filter(each -> sets.find(each.version()) == null && problems.containsKey(each.version()))
                    .map(each -> new UnloadedSet(each, problems.getOrDefault(each.version(), "")))
                    .toList();
        }
    }

    private void tryLoad(String version) {
        FeatureSet set = known.get(version);
        if (set != null && sets.find(version) == null) {
            try {
                var unused = load(set);
            } catch (NotServableException e) {
                LOG.warn("{} is known but cannot be served yet: {}", set.id(), e.getMessage());
            }
        }
    }
}
