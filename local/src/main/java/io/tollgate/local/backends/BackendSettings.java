package io.tollgate.local.backends;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * How to reach a set of backends: flat names and values, which travel as one line of JSON.
 *
 * @param values names as the constants of this class give them; may contain secrets, which {@link #toString} leaves out
 */
public record BackendSettings(Map<String, String> values) {
    public static final String REDIS_URI = "redis.uri";

    /** Every node of Redis, separated by commas. */
    public static final String REDIS_NODES = "redis.nodes";

    /** Prefix of the properties that a Kafka client needs besides its serializers. */
    public static final String KAFKA = "kafka.";

    public static final String COSMOS_ENDPOINT = "cosmos.endpoint";
    public static final String COSMOS_KEY = "cosmos.key";
    public static final String COSMOS_DATABASE = "cosmos.database";

    /** A PKCS #12 file with the only certificate that clients should trust. */
    public static final String TRUST_STORE = "trustStore";

    public static final String TRUST_STORE_PASSWORD = "trustStorePassword";

    public BackendSettings {
        values = Map.copyOf(values);
    }

    /** As Redis clients write it; {@code rediss:} where TLS is on, with the password where there is one. */
    public String redisUri() {
        return required(REDIS_URI);
    }

    /** Of every node; of a plain server, its own. */
    public List<String> redisNodes() {
        return List.of(required(REDIS_NODES).split(",", -1));
    }

    /** For any Kafka client: bootstrap servers and, in the Event Hubs guise, its security. */
    public Map<String, String> kafkaProperties() {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(KAFKA))
                .collect(Collectors.toMap(entry -> entry.getKey().substring(KAFKA.length()), Map.Entry::getValue));
    }

    public String cosmosEndpoint() {
        return required(COSMOS_ENDPOINT);
    }

    public String cosmosKey() {
        return required(COSMOS_KEY);
    }

    public String cosmosDatabase() {
        return required(COSMOS_DATABASE);
    }

    /**
     * The system properties that make a JVM's default TLS context trust the backends' certificate: the way to a client
     * that takes no trust store of its own, such as the Cosmos DB SDK. Set them before the first TLS connection.
     */
    public Map<String, String> trustStoreProperties() {
        return Map.of(
                "javax.net.ssl.trustStore", required(TRUST_STORE),
                "javax.net.ssl.trustStorePassword", required(TRUST_STORE_PASSWORD),
                "javax.net.ssl.trustStoreType", "PKCS12");
    }

    /**
     * For clients that take a context of their own: trusts the backends' certificate and nothing else.
     *
     * @throws IOException when the trust store cannot be read
     */
    public SSLContext sslContext() throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(required(TRUST_STORE)))) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(in, required(TRUST_STORE_PASSWORD).toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("Cannot read the trust store " + required(TRUST_STORE) + ".", e);
        }
    }

    /** A value by name, if the backends have it. */
    public Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** One line, names in order. */
    public String toJson() {
        return FlatJson.write(new TreeMap<>(values));
    }

    /** @throws IllegalArgumentException when the text is not a flat JSON object of strings */
    public static BackendSettings fromJson(String json) {
        return new BackendSettings(FlatJson.read(json));
    }

    /** Names only. */
    @Override
    public String toString() {
        return "BackendSettings" + new TreeMap<>(values).keySet();
    }

    private String required(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalStateException(
                        "These backends have no " + name + ". Ask for its service in BackendOptions."));
    }
}
