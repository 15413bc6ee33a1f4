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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.resources.LoopResources;

/** The model client of a feature set: endpoint and local twin, one of the two, or none. */
final class ModelWiring {
    private static final Logger LOG = LoggerFactory.getLogger(ModelWiring.class);

    private ModelWiring() {}

    /**
     * A client, and what it calls.
     *
     * @param version name and version; null when nothing scores
     * @param artifact what explains its scores; null where there is none
     */
    record Model(
            ModelClient client,
            @Nullable String version,
            @Nullable ModelArtifact artifact) {}

    /**
     * The model to score a set's vectors with.
     *
     * @param configured whether the operator has named this set: an endpoint of which nothing is known belongs to it
     * @throws io.tollgate.api.sets.NotServableException when models are there and none was trained on the set
     */
    static Model model(
            ModelShelf shelf,
            String token,
            FeatureSet set,
            boolean configured,
            EventLoops loops,
            ModelClientListener listener) {
        if (shelf.isEmpty()) {
            LOG.warn("no model: set TOLLGATE_MODEL_DIR or TOLLGATE_MODEL_URL; the rules decide alone on {}", set.id());
            return new Model(new NoModel(), null, null);
        }
        URI lone = shelf.lone();
        if (configured && lone != null) {
            ModelVersion unknown = new ModelVersion("endpoint", "unknown");
            ModelClient client = ModelClients.endpointOnly(
                    EndpointSettings.of(lone, InvocationProtocol.MLFLOW),
                    tokens(token),
                    tls(lone),
                    unknown,
                    names(set),
                    ModelClientSettings.defaults(),
                    share(loops),
                    listener);
            return new Model(client, unknown.toString(), null);
        }
        ModelShelf.Bound bound = shelf.fitting(set);
        return new Model(
                client(bound, token, share(loops), listener),
                bound.artifact().version().toString(),
                bound.artifact());
    }

    private static ModelClient client(
            ModelShelf.Bound bound,
            String token,
            io.tollgate.model.http.EventLoops loops,
            ModelClientListener listener) {
        URI endpoint = bound.endpoint();
        return endpoint == null
                ? ModelClients.localOnly(bound.artifact(), loops, listener)
                : ModelClients.endpointThenLocal(
                        EndpointSettings.of(endpoint, InvocationProtocol.MLFLOW),
                        tokens(token),
                        tls(endpoint),
                        bound.artifact(),
                        ModelClientSettings.defaults(),
                        loops,
                        listener);
    }

    private static TokenSource tokens(String token) {
        return token.isBlank() ? TokenSource.NONE : TokenSource.fixed(token);
    }

    private static List<String> names(FeatureSet set) {
        return set.features().stream().map(FeatureSpec::name).toList();
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
