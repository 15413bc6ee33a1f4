package io.tollgate.api.config;

import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The feature sets that the operator has named.
 *
 * @param first served until the fleet is switched to another
 * @param all {@code first} and the others, of different versions
 */
record ConfiguredSets(FeatureSet first, List<FeatureSet> all) {
    ConfiguredSets {
        all = List.copyOf(all);
    }

    /**
     * @param more files, built-in names, or folders of {@code .yaml} files
     * @throws IllegalArgumentException when two sets have one version: their keys would collide
     */
    static ConfiguredSets of(String featureSet, List<String> more) {
        FeatureSet first = FeatureSets.find(featureSet);
        List<FeatureSet> all = new ArrayList<>(List.of(first));
        for (String name : expand(more)) {
            FeatureSet set = FeatureSets.find(name);
            for (FeatureSet other : all) {
                if (other.version().equals(set.version()) && other.hash() != set.hash()) {
                    throw new IllegalArgumentException(name + " has the version of " + other.id() + " and another"
                            + " definition: their keys would collide; give it a version of its own");
                }
            }
            all.add(set);
        }
        return new ConfiguredSets(first, all);
    }

    private static List<String> expand(List<String> names) {
        List<String> expanded = new ArrayList<>();
        for (String name : names) {
            Path path = Path.of(name);
            if (!Files.isDirectory(path)) {
                expanded.add(name);
                continue;
            }
            try (Stream<Path> files = Files.list(path)) {
                files.map(Path::toString)
                        .filter(file -> file.endsWith(".yaml"))
                        .sorted()
                        .forEach(expanded::add);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list the feature sets in " + path, e);
            }
        }
        return expanded;
    }
}
