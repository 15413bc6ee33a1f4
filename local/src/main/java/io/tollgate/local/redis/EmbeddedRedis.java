package io.tollgate.local.redis;

import io.tollgate.local.net.FreePort;
import io.tollgate.local.net.LocalCertificate;
import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A Redis server on the loopback interface, up when {@link #start} returns (some 50 ms; in cluster mode 2 s, which a Redis
 * master waits before it lets itself be written to), gone with {@link #close} or with
 * this JVM. It can be frozen, killed and started again on the same port, so that callers' behaviour under such faults
 * can be tested against a real server.
 *
 * <p>One thread at a time may call the methods that change its state.
 */
public final class EmbeddedRedis implements AutoCloseable {
    /** A start takes some 50 ms; a hundred times that on a busy machine is a failure. */
    private static final Duration START_LIMIT = Duration.ofSeconds(5);

    /** Another process may take a port between our asking for it and the server's binding it. */
    private static final int PORT_ATTEMPTS = 3;

    private final RedisOptions options;
    private final int port;
    private final int busPort;
    private final @Nullable SSLContext tls;
    private final Path log;
    private ChildProcess server;

    private EmbeddedRedis(RedisOptions options) throws IOException {
        this.options = options;
        List<Integer> ports = FreePort.pick(2);
        this.port = options.port() == 0 ? ports.get(0) : options.port();
        this.busPort = ports.get(1);
        this.tls = sslContext(options.tls());
        this.log = options.dataDir() == null
                ? Files.createTempFile("tollgate-redis-", ".log")
                : Files.createDirectories(options.dataDir()).resolve("redis.log");
        this.server = launch();
    }

    /**
     * Starts a server and returns when it answers.
     *
     * @throws IOException when it does not come up; the message ends with the server's own last words
     */
    public static EmbeddedRedis start(RedisOptions options) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return new EmbeddedRedis(options);
            } catch (IOException e) {
                boolean portTaken = String.valueOf(e.getMessage()).contains("ddress in use");
                if (options.port() != 0 || !portTaken || attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    public int port() {
        return port;
    }

    /** Where nodes of a cluster talk to each other. */
    int busPort() {
        return busPort;
    }

    /** Sends one command over a connection of its own. */
    String call(String... words) throws IOException {
        try (RespConnection connection = connect()) {
            return connection.call(words);
        }
    }

    /** As Redis clients write it, with the password where there is one. */
    public String uri() {
        String credentials = options.password() == null ? "" : ":" + options.password() + "@";
        return (options.tls() == null ? "redis://" : "rediss://") + credentials + "127.0.0.1:" + port;
    }

    public RedisOptions options() {
        return options;
    }

    public boolean isRunning() {
        return server.isAlive();
    }

    /** Freezes the server: clients' requests are accepted and not answered. */
    public void pause() throws IOException {
        server.pause();
    }

    public void resume() throws IOException {
        server.resume();
    }

    /** As a crash would: connections are reset, what was not persisted is gone. */
    public void kill() throws IOException {
        server.kill();
    }

    /** Starts a killed server again, on the same port and data directory. */
    public void restart() throws IOException {
        if (server.isAlive()) {
            server.close();
        }
        server = launch();
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (options.dataDir() == null) {
            Files.deleteIfExists(log);
        }
    }

    private ChildProcess launch() throws IOException {
        Path scratch = Files.createTempDirectory("tollgate-redis-");
        Path binary = RedisBinary.unpackInto(scratch);
        Path configuration = Files.write(
                scratch.resolve("redis.conf"),
                configuration(
                        options.dataDir() == null ? scratch : options.dataDir().toAbsolutePath()));
        ChildProcess launched = ChildProcess.named("Redis")
                .command(binary.toString(), configuration.toString())
                .grace(Duration.ofSeconds(2))
                .log(log)
                .scratch(scratch)
                .start();
        try {
            awaitReady(launched);
            return launched;
        } catch (IOException e) {
            launched.close();
            throw e;
        }
    }

    /** A file rather than arguments, which every user of the machine could read in the process list. */
    private List<String> configuration(Path directory) {
        List<String> lines = new ArrayList<>(List.of("bind 127.0.0.1", "daemonize no", "save \"\""));
        lines.add("dir \"" + directory + "\"");
        lines.add("maxmemory " + options.maxMemoryMb() + "mb");
        lines.add("maxmemory-policy volatile-ttl");
        lines.add("appendonly " + (options.dataDir() == null ? "no" : "yes"));
        LocalCertificate certificate = options.tls();
        if (certificate == null) {
            lines.add("port " + port);
        } else {
            lines.addAll(List.of("port 0", "tls-port " + port, "tls-auth-clients no"));
            lines.add("tls-cert-file \"" + certificate.certificatePem() + "\"");
            lines.add("tls-key-file \"" + certificate.keyPem() + "\"");
            lines.add("tls-ca-cert-file \"" + certificate.certificatePem() + "\"");
        }
        if (options.password() != null) {
            lines.add("requirepass \"" + options.password() + "\"");
        }
        if (options.cluster()) {
            lines.addAll(List.of("cluster-enabled yes", "cluster-port " + busPort, "cluster-announce-ip 127.0.0.1"));
        }
        return lines;
    }

    private void awaitReady(ChildProcess launched) throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        IOException last = new IOException("no attempt was made");
        while (System.nanoTime() < deadline && launched.isAlive()) {
            try (RespConnection connection = connect()) {
                if (!connection.call("INFO", "server").contains("process_id:" + launched.pid() + "\r\n")) {
                    throw new IOException("address in use: another Redis answers on port " + port + ".");
                }
                connection.call("PING"); // an error while a kept data set is being loaded
                if (options.cluster()) {
                    formCluster(connection, deadline);
                }
                return;
            } catch (IOException e) {
                last = e;
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }
        throw new IOException("Redis did not start on port " + port + ": " + lastWords(), last);
    }

    private RespConnection connect() throws IOException {
        RespConnection connection = new RespConnection(port, tls, Duration.ofSeconds(1));
        if (options.password() != null) {
            connection.call("AUTH", options.password());
        }
        return connection;
    }

    private static void formCluster(RespConnection connection, long deadline) throws IOException {
        if (connection.call("CLUSTER", "INFO").contains("cluster_slots_assigned:0")) {
            connection.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        }
        while (!connection.call("CLUSTER", "INFO").contains("cluster_state:ok")) {
            if (System.nanoTime() > deadline) {
                throw new IOException("The cluster of one did not form.");
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    private static @Nullable SSLContext sslContext(@Nullable LocalCertificate certificate) throws IOException {
        if (certificate == null) {
            return null;
        }
        try {
            return certificate.sslContext();
        } catch (GeneralSecurityException e) {
            throw new IOException("Cannot read the local certificate " + certificate.certificatePem() + ".", e);
        }
    }
}
