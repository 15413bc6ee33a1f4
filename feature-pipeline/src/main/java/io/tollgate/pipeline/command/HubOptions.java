package io.tollgate.pipeline.command;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** Which hub, and how to get in. */
public final class HubOptions {
    @Option(
            names = "--kafka-bootstrap",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:TOLLGATE_KAFKA_BOOTSTRAP:-127.0.0.1:9092}",
            description = "Hub of the events (TOLLGATE_KAFKA_BOOTSTRAP; default ${DEFAULT-VALUE}).")
    private String kafkaBootstrap = "";

    @Option(
            names = "--kafka-security",
            paramLabel = "FILE",
            defaultValue = "${env:TOLLGATE_KAFKA_SECURITY:-}",
            description = "Properties file with the Kafka client's security settings (TOLLGATE_KAFKA_SECURITY).")
    private String kafkaSecurity = "";

    @Option(
            names = "--topic",
            defaultValue = "${env:TOLLGATE_TOPIC:-txn_events}",
            description = "Topic of the events (TOLLGATE_TOPIC; default ${DEFAULT-VALUE}).")
    private String topic = "";

    /** host:port, comma-separated. */
    public String bootstrap() {
        return kafkaBootstrap;
    }

    public String topic() {
        return topic;
    }

    /**
     * Further settings of the Kafka client.
     *
     * @throws UsageException when the file that holds them cannot be read
     */
    public Map<String, String> clientOptions() {
        if (kafkaSecurity.isEmpty()) {
            return Map.of();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(kafkaSecurity))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UsageException("cannot read --kafka-security " + kafkaSecurity + ": check that it is there", e);
        }
        Map<String, String> options = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> options.put(name, properties.getProperty(name)));
        return options;
    }
}
