package io.tollgate.api.config;

import io.tollgate.api.sets.NotServableException;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.model.artifact.ModelArtifact;
import io.tollgate.model.artifact.ModelArtifactException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The models at hand, looked through anew for each feature set, so that a model may be put into a folder while the
 * service runs. Thread-safe; blocks on the file system.
 */
final class ModelShelf {
    private static final String MLMODEL = "MLmodel";

    private final List<String> directories;
    private final List<String> urls;

    /**
     * A model that fits.
     *
     * @param endpoint where it is also served; null when it is evaluated in process only
     */
    record Bound(ModelArtifact artifact, @Nullable URI endpoint) {}

    ModelShelf(Settings.Model settings) {
        directories = settings.directory();
        urls = settings.url();
    }

    /** Whether no model is configured at all: then the rules decide alone, whatever the feature set. */
    boolean isEmpty() {
        return directories.isEmpty() && urls.stream().allMatch(String::isBlank);
    }

    /**
     * The first model that was trained on this very definition: a model sees features by position, and served another
     * set's vector it would score nonsense, confidently.
     *
     * @throws NotServableException when there is none, or a model cannot be read
     */
    Bound fitting(FeatureSet set) {
        List<String> others = new ArrayList<>();
        for (int i = 0; i < directories.size(); i++) {
            for (Path directory : models(Path.of(directories.get(i)))) {
                ModelArtifact artifact = read(directory);
                if (fits(artifact, set)) {
                    return new Bound(artifact, endpoint(i));
                }
                others.add(artifact.version() + " on " + artifact.metadata().featureSet() + " ("
                        + artifact.metadata().featureSetHash() + ")");
            }
        }
        throw new NotServableException(
                "no model at hand was trained on " + set.id() + " (" + set.hashText() + "); there is "
                        + (others.isEmpty() ? "an endpoint of which that is not known" : String.join(", ", others))
                        + "; train one for it and name its directory in TOLLGATE_MODEL_DIR, or serve the set of a"
                        + " model at hand");
    }

    /** The endpoint of which nothing is known but that the operator set it beside a feature set. */
    @Nullable
    URI lone() {
        return directories.isEmpty() ? endpoint(0) : null;
    }

    private @Nullable URI endpoint(int position) {
        return position < urls.size() && !urls.get(position).isBlank() ? URI.create(urls.get(position)) : null;
    }

    private static boolean fits(ModelArtifact artifact, FeatureSet set) {
        return artifact.metadata().featureSetHash().equals(set.hashText())
                && artifact.features()
                        .equals(set.features().stream().map(FeatureSpec::name).toList());
    }

    /** A model directory itself, or those in a folder, of the last name first: versions are numbered upwards. */
    private static List<Path> models(Path directory) {
        if (!Files.isDirectory(directory) || Files.exists(directory.resolve(MLMODEL))) {
            return List.of(directory);
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> Files.exists(entry.resolve(MLMODEL)))
                    .sorted((a, b) -> compareNumbered(b.toString(), a.toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the models in " + directory, e);
        }
    }

    /** By length first among names that end in digits, so that fraud-10 comes after fraud-9. */
    private static int compareNumbered(String a, String b) {
        String stemA = a.replaceFirst("[0-9]+$", "");
        String stemB = b.replaceFirst("[0-9]+$", "");
        return stemA.equals(stemB) && a.length() != b.length() ? a.length() - b.length() : a.compareTo(b);
    }

    private static ModelArtifact read(Path directory) {
        try {
            return ModelArtifact.read(directory);
        } catch (ModelArtifactException e) {
            throw new NotServableException(String.valueOf(e.getMessage()), e);
        }
    }
}
