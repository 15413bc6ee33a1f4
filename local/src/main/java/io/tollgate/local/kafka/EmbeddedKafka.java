package io.tollgate.local.kafka;

import io.tollgate.local.kafka.KafkaOptions.EventHubsAccess;
import io.tollgate.local.net.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker and its controller (KRaft) in this JVM, on free ports of the loopback interface. It can be stopped and
 * started again on the same port with its data, as an outage test wants. Stands in for an Azure Event Hub with its
 * Kafka endpoint.
 *
 * <p>A broker that cannot write to its directory halts the JVM, as Kafka does. One thread at a time may start, stop and
 * close.
 */
public final class EmbeddedKafka implements AutoCloseable {
    /** Fixed, so that a kept data directory is recognised at the next start. */
    private static final String CLUSTER_ID = "dG9sbGdhdGUtbG9jYWwtMQ";

    private static final int NODE_ID = 1;

    /** Creating topics is a metadata write on a broker that already serves; past this it hangs. */
    private static final int ADMIN_LIMIT_SECONDS = 30;

    private final KafkaOptions options;
    private final Path dataDir;
    private final BrokerConfiguration configuration;
    private @Nullable KafkaRaftServer server;

    private EmbeddedKafka(KafkaOptions options) throws IOException {
        this.options = options;
        this.dataDir = options.dataDir() == null
                ? Files.createTempDirectory("tollgate-kafka-")
                : Files.createDirectories(options.dataDir());
        List<Integer> ports = FreePort.pick(3);
        this.configuration = new BrokerConfiguration(
                NODE_ID,
                dataDir,
                new BrokerConfiguration.Ports(ports.get(0), ports.get(1), ports.get(2)),
                options.eventHubs());
    }

    /**
     * Starts a broker and returns when it serves and its topics exist.
     *
     * @throws IOException when the directory cannot be used or the topics cannot be made
     */
    public static EmbeddedKafka start(KafkaOptions options) throws IOException {
        EmbeddedKafka kafka = new EmbeddedKafka(options);
        try {
            kafka.format();
            kafka.restart();
            kafka.createTopics(options.topics());
            return kafka;
        } catch (IOException | RuntimeException e) {
            kafka.close();
            throw e;
        }
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + configuration.ports().client();
    }

    /** What a client needs besides serializers: bootstrap servers and, for the Event Hubs guise, its security. */
    public Map<String, String> clientProperties() {
        Map<String, String> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrapServers());
        EventHubsAccess access = options.eventHubs();
        if (access != null) {
            properties.put("security.protocol", "SASL_SSL");
            properties.put("sasl.mechanism", "PLAIN");
            properties.put(
                    "sasl.jaas.config",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required"
                            + " username=\"$ConnectionString\" password=\"" + access.connectionString() + "\";");
            properties.put("ssl.truststore.type", "PKCS12");
            properties.put(
                    "ssl.truststore.location", access.certificate().trustStore().toString());
            properties.put("ssl.truststore.password", access.certificate().password());
        }
        return properties;
    }

    public boolean isRunning() {
        return server != null;
    }

    /** Stops serving; data and port stay for {@link #restart}. */
    public void stop() {
        KafkaRaftServer running = server;
        if (running != null) {
            server = null;
            running.shutdown();
            running.awaitShutdown();
        }
    }

    /** Starts a stopped broker again; does nothing while it runs. */
    public void restart() {
        if (server == null) {
            KafkaRaftServer starting =
                    new KafkaRaftServer(new KafkaConfig(configuration.properties(), false), Time.SYSTEM);
            server = starting;
            starting.startup();
        }
    }

    /** Makes those topics that do not exist yet. */
    public void createTopics(Map<String, Integer> topics) throws IOException {
        if (topics.isEmpty()) {
            return;
        }
        String administration = "127.0.0.1:" + configuration.ports().internal();
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", administration))) {
            Set<String> present = admin.listTopics().names().get(ADMIN_LIMIT_SECONDS, TimeUnit.SECONDS);
            List<NewTopic> missing = topics.entrySet().stream()
                    .filter(topic -> !present.contains(topic.getKey()))
                    .map(topic -> new NewTopic(topic.getKey(), topic.getValue(), (short) 1))
                    .toList();
            admin.createTopics(missing).all().get(ADMIN_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("Cannot create the topics " + topics.keySet() + " on the embedded Kafka.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while creating topics.", e);
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        if (options.dataDir() == null) {
            Utils.delete(dataDir.toFile());
        }
    }

    private void format() throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(out)
                    .setClusterId(CLUSTER_ID)
                    .setNodeId(NODE_ID)
                    .setDirectories(List.of(dataDir.toString()))
                    .setControllerListenerName(BrokerConfiguration.CONTROLLER)
                    .setMetadataLogDirectory(dataDir.toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) {
            throw new IOException(
                    "Cannot prepare " + dataDir + " for Kafka: "
                            + said.toString(StandardCharsets.UTF_8).strip(),
                    e);
        }
    }
}
