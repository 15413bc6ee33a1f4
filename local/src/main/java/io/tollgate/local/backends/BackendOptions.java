package io.tollgate.local.backends;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a stack of backends is to be.
 *
 * @param services those to start
 * @param topics Kafka topics and their partitions
 * @param redisNodes nodes of a Redis cluster that shares the slots among them; 0 for a plain server
 * @param secured Redis with TLS and a password, Kafka in the guise of an Event Hub; Cosmos DB speaks TLS in any case
 * @param dataDir where they keep their data for the next start; null for nowhere
 */
public record BackendOptions(
        Set<Service> services,
        Map<String, Integer> topics,
        int redisNodes,
        boolean secured,
        @Nullable Path dataDir) {
    /** The topic of the design, with as many partitions as two cores can use. */
    private static final Map<String, Integer> DEFAULT_TOPICS = Map.of("txn_events", 4);

    public BackendOptions {
        services = Set.copyOf(services);
        topics = Map.copyOf(topics);
        if (redisNodes < 0 || (redisNodes > 1 && (secured || dataDir != null))) {
            throw new IllegalArgumentException(
                    "Redis has 0 or more nodes; several speak plain text and keep nothing, one may do otherwise.");
        }
    }

    /** Everything, in plain text where possible, keeping nothing. */
    public static BackendOptions all() {
        return new BackendOptions(EnumSet.allOf(Service.class), DEFAULT_TOPICS, 0, false, null);
    }

    public static BackendOptions only(Service first, Service... others) {
        return new BackendOptions(EnumSet.of(first, others), DEFAULT_TOPICS, 0, false, null);
    }

    public BackendOptions withTopics(Map<String, Integer> value) {
        return new BackendOptions(services, value, redisNodes, secured, dataDir);
    }

    /** See the record. */
    public BackendOptions withRedisNodes(int value) {
        return new BackendOptions(services, topics, value, secured, dataDir);
    }

    public BackendOptions withSecurity(boolean value) {
        return new BackendOptions(services, topics, redisNodes, value, dataDir);
    }

    public BackendOptions withDataDir(@Nullable Path value) {
        return new BackendOptions(services, topics, redisNodes, secured, value);
    }

    /** As a command line, for {@link #parse} in another JVM. */
    public List<String> toArguments() {
        List<String> arguments = new ArrayList<>();
        services.stream().sorted().forEach(service -> arguments.add("--service=" + service.name()));
        new TreeMap<>(topics).forEach((topic, partitions) -> arguments.add("--topic=" + topic + ":" + partitions));
        if (redisNodes > 0) {
            arguments.add("--redis-nodes=" + redisNodes);
        }
        if (secured) {
            arguments.add("--secured");
        }
        if (dataDir != null) {
            arguments.add("--data-dir=" + dataDir.toAbsolutePath());
        }
        return arguments;
    }

    /** @throws IllegalArgumentException when an argument is none of those that {@link #toArguments} writes */
    public static BackendOptions parse(List<String> arguments) {
        Set<Service> services = EnumSet.noneOf(Service.class);
        Map<String, Integer> topics = new TreeMap<>();
        int redisNodes = 0;
        Path dataDir = null;
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String value = argument.substring(equals + 1);
            switch (equals < 0 ? argument : argument.substring(0, equals)) {
                case "--service" -> services.add(Service.valueOf(value.toUpperCase(Locale.ROOT)));
                case "--topic" -> {
                    int colon = value.lastIndexOf(':');
                    topics.put(value.substring(0, Math.max(0, colon)), Integer.valueOf(value.substring(colon + 1)));
                }
                case "--data-dir" -> dataDir = Path.of(value);
                case "--redis-nodes" -> redisNodes = Integer.parseInt(value);
                case "--secured" -> {}
                default ->
                    throw new IllegalArgumentException("Unknown option " + argument
                            + ". There are --service=NAME, --topic=NAME:PARTITIONS, --redis-nodes=N, --secured and"
                            + " --data-dir=DIR.");
            }
        }
        return new BackendOptions(services, topics, redisNodes, arguments.contains("--secured"), dataDir);
    }
}
