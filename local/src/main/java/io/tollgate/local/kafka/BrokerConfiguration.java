package io.tollgate.local.kafka;

import io.tollgate.local.kafka.KafkaOptions.EventHubsAccess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a broker and controller in one, small enough to live beside everything else on a laptop.
 *
 * @param nodeId of the only node
 * @param dataDir the only log directory
 * @param ports where the three listeners are
 * @param eventHubs security of the clients' listener; null for plain text
 * @see <a href="https://kafka.apache.org/documentation/#brokerconfigs">Kafka's broker configuration</a>
 */
record BrokerConfiguration(
        int nodeId, Path dataDir, Ports ports, @Nullable EventHubsAccess eventHubs) {
    /**
     * @param client what everybody uses
     * @param internal plain text for the broker itself and its administration, whatever clients speak
     * @param controller the quorum of one
     */
    record Ports(int client, int internal, int controller) {}

    static final String CONTROLLER = "CONTROLLER";

    Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        network(properties);
        singleNode(properties);
        bounds(properties);
        if (eventHubs != null) {
            security(properties, eventHubs);
        }
        return properties;
    }

    private void network(Map<String, String> properties) {
        String clientProtocol = eventHubs == null ? "PLAINTEXT" : "SASL_SSL";
        String brokerListeners = "CLIENT://127.0.0.1:" + ports.client() + ",INTERNAL://127.0.0.1:" + ports.internal();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(nodeId));
        properties.put("controller.quorum.voters", nodeId + "@127.0.0.1:" + ports.controller());
        properties.put("controller.listener.names", CONTROLLER);
        properties.put("inter.broker.listener.name", "INTERNAL");
        properties.put("listeners", brokerListeners + "," + CONTROLLER + "://127.0.0.1:" + ports.controller());
        properties.put("advertised.listeners", brokerListeners);
        properties.put(
                "listener.security.protocol.map",
                CONTROLLER + ":PLAINTEXT,INTERNAL:PLAINTEXT,CLIENT:" + clientProtocol);
    }

    private void singleNode(Map<String, String> properties) {
        properties.put("log.dirs", dataDir.toString());
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        // A misspelt topic must fail, as it does on an Event Hub, and not come into being.
        properties.put("auto.create.topics.enable", "false");
        properties.put("group.initial.rebalance.delay.ms", "0"); // no second member to wait for
    }

    /** Kafka's defaults are for a server of its own: 128 MB of cleaner buffer, 50 partitions per internal topic. */
    private static void bounds(Map<String, String> properties) {
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.num.partitions", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "1");
        properties.put("num.network.threads", "1");
        properties.put("num.io.threads", "2");
        properties.put("background.threads", "2");
        properties.put("num.replica.fetchers", "1");
        properties.put("num.recovery.threads.per.data.dir", "1");
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        properties.put("log.index.size.max.bytes", Integer.toString(1 << 20));
        properties.put("log.segment.bytes", Integer.toString(64 << 20));
        properties.put("message.max.bytes", Integer.toString(1 << 20)); // what an Event Hub takes
        properties.put("log.retention.hours", "24"); // an Event Hub's default
    }

    private static void security(Map<String, String> properties, EventHubsAccess access) {
        String password = access.certificate().password();
        properties.put("ssl.keystore.type", "PKCS12");
        properties.put("ssl.keystore.location", access.certificate().keyStore().toString());
        properties.put("ssl.keystore.password", password);
        properties.put("ssl.key.password", password);
        properties.put("sasl.enabled.mechanisms", "PLAIN");
        properties.put(
                "listener.name.client.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_$ConnectionString=\""
                        + access.connectionString() + "\";");
    }
}
