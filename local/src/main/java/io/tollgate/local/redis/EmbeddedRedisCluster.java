package io.tollgate.local.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Several Redis masters on the loopback interface that share the slots evenly: keys lie apart, commands over slots of two
 * nodes are refused. Up when {@link #start} returns (some 5 s), gone with {@link #close} or with this JVM. Confined to one
 * thread.
 */
public final class EmbeddedRedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;

    /** Two nodes agree within some 3 s; more is a failure. */
    private static final Duration FORM_LIMIT = Duration.ofSeconds(30);

    private final List<EmbeddedRedis> nodes;

    private EmbeddedRedisCluster(List<EmbeddedRedis> nodes) {
        this.nodes = nodes;
    }

    /**
     * @param count 1 to 16 nodes
     * @throws IOException when a node does not come up or they do not agree
     */
    public static EmbeddedRedisCluster start(int count) throws IOException {
        if (count < 1 || count > 16) {
            throw new IllegalArgumentException("A cluster has 1 to 16 nodes here, not " + count + ".");
        }
        EmbeddedRedisCluster cluster = new EmbeddedRedisCluster(new ArrayList<>());
        try {
            for (int i = 0; i < count; i++) {
                cluster.nodes.add(EmbeddedRedis.start(RedisOptions.defaults().withCluster(true)));
            }
            cluster.form();
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Each node starts as a cluster of its own with all slots: it lets go of the others' before they meet. */
    private void form() throws IOException {
        int count = nodes.size();
        for (int i = 0; i < count; i++) {
            int from = SLOTS * i / count;
            int to = SLOTS * (i + 1) / count;
            if (from > 0) {
                nodes.get(i).call("CLUSTER", "DELSLOTSRANGE", "0", Integer.toString(from - 1));
            }
            if (to < SLOTS) {
                nodes.get(i).call("CLUSTER", "DELSLOTSRANGE", Integer.toString(to), Integer.toString(SLOTS - 1));
            }
        }
        for (EmbeddedRedis node : nodes.subList(1, count)) {
            nodes.get(0)
                    .call(
                            "CLUSTER",
                            "MEET",
                            "127.0.0.1",
                            Integer.toString(node.port()),
                            Integer.toString(node.busPort()));
        }
        long deadline = System.nanoTime() + FORM_LIMIT.toNanos();
        while (!formed()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("The cluster of " + count + " did not form: "
                        + nodes.get(0).call("CLUSTER", "INFO"));
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private boolean formed() throws IOException {
        for (EmbeddedRedis node : nodes) {
            String info = node.call("CLUSTER", "INFO");
            if (!info.contains("cluster_state:ok")
                    || !info.contains("cluster_known_nodes:" + nodes.size())
                    || !info.contains("cluster_slots_ok:" + SLOTS)) {
                return false;
            }
        }
        return true;
    }

    /** Clients find all of them through any one. */
    public List<EmbeddedRedis> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public void close() throws IOException {
        IOException failed = null;
        for (EmbeddedRedis node : nodes) {
            try {
                node.close();
            } catch (IOException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
