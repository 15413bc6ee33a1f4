package io.tollgate.api.config;

import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.tollgate.api.store.EventLoops;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.model.FailureCause;
import io.tollgate.model.ModelClient;
import io.tollgate.model.ModelClientListener;
import io.tollgate.model.ModelClientSettings;
import io.tollgate.model.ModelClients;
import io.tollgate.model.Score;
import io.tollgate.model.ScoreRequest;
import io.tollgate.model.artifact.ModelArtifact;
import io.tollgate.model.artifact.ModelVersion;
import io.tollgate.model.http.EndpointSettings;
import io.tollgate.model.http.InvocationProtocol;
import io.tollgate.model.http.TokenSource;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.resources.LoopResources;

/** The model client that the settings ask for: endpoint and local twin, one of the two, or none. */
final class ModelWiring {
    private static final Logger LOG = LoggerFactory.getLogger(ModelWiring.class);

    private ModelWiring() {}

    static ModelClient client(Settings.Model settings, FeatureSet set, EventLoops loops, ModelClientListener listener) {
        URI url = settings.uri();
        Path directory = settings.path();
        io.tollgate.model.http.EventLoops shared = share(loops);
        ModelArtifact artifact = directory == null ? null : ModelArtifact.read(directory);
        if (artifact != null) {
            requireFit(artifact, set);
        }
        if (url == null) {
            if (artifact == null) {
                LOG.warn("no model: set TOLLGATE_MODEL_DIR or TOLLGATE_MODEL_URL; the rules decide alone");
                return new NoModel();
            }
            return ModelClients.localOnly(artifact, shared, listener);
        }
        EndpointSettings endpoint = EndpointSettings.of(url, InvocationProtocol.MLFLOW);
        TokenSource tokens = settings.token().isBlank() ? TokenSource.NONE : TokenSource.fixed(settings.token());
        if (artifact != null) {
            return ModelClients.endpointThenLocal(
                    endpoint, tokens, tls(url), artifact, ModelClientSettings.defaults(), shared, listener);
        }
        return ModelClients.endpointOnly(
                endpoint,
                tokens,
                tls(url),
                new ModelVersion("endpoint", "unknown"),
                names(set),
                ModelClientSettings.defaults(),
                shared,
                listener);
    }

    private static List<String> names(FeatureSet set) {
        return set.features().stream().map(FeatureSpec::name).toList();
    }

    /** A model sees features by position: served another set's vector it would score nonsense, confidently. */
    private static void requireFit(ModelArtifact artifact, FeatureSet set) {
        if (!artifact.features().equals(names(set))
                || !artifact.metadata().featureSetHash().equals(set.hashText())) {
            throw new IllegalArgumentException("model " + artifact.version() + " was trained on feature set "
                    + artifact.metadata().featureSet() + " ("
                    + artifact.metadata().featureSetHash()
                    + "), not on " + set.id() + " (" + set.hashText()
                    + "); set TOLLGATE_FEATURE_SET to the model's, or train a model for this one");
        }
    }

    private static io.tollgate.model.http.EventLoops share(EventLoops loops) {
        LoopResources resources = loops.resources();
        return new io.tollgate.model.http.EventLoops(
                loops.group(),
                resources.onChannelClass(SocketChannel.class, loops.group()),
                resources.onChannelClass(DatagramChannel.class, loops.group()));
    }

    private static @Nullable SslContext tls(URI url) {
        if (!url.getScheme().equals("https")) {
            return null;
        }
        try {
            return SslContextBuilder.forClient().build();
        } catch (SSLException e) {
            throw new IllegalStateException("this Java platform cannot speak TLS", e);
        }
    }

    /** Rules alone. */
    private static final class NoModel implements ModelClient {
        private static final CompletableFuture<Score> NONE =
                CompletableFuture.completedFuture(new Score.NoScore(FailureCause.NO_ENDPOINT));

        @Override
        public CompletionStage<Score> score(ScoreRequest request) {
            return NONE;
        }

        @Override
        public void close() {}
    }
}
