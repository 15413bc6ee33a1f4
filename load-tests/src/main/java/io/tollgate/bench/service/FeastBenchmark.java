package io.tollgate.bench.service;

import io.tollgate.features.domain.Authorization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.JedisPooled;

/**
 * Feast's feature servers, which read the features of a payment's entities, beside the decision service, which decides the
 * payment: the same features, the same Redis, in turns under the same closed loops. Prints Markdown; a full run also writes
 * it into {@code docs/benchmarks.md}.
 */
public final class FeastBenchmark {
    private static final String USAGE = """
        Usage: ./tollgate bench feast --python FILE [--go FILE] [--workers N] [--quick]

        Starts Redis, Kafka, a model endpoint, the service and Feast's servers, which read the same features from
        the same Redis, and keeps 1, 8 and 32 connections of each busy in turn. Tollgate decides whole payments
        meanwhile, Feast only reads. Some three minutes; writes the tables into docs/benchmarks.md.

          --python FILE  the installed feast command (feast/bin/feast after
                         python3 -m venv feast && feast/bin/pip install 'feast[redis]==0.67.0')
          --go FILE      Feast's Go server; left out without (docs/benchmarks.md says how to build it)
          --workers N    processes of the Python server that answer requests; one a core without
          --quick        one short round; writes no file
        """;

    private static final String DOCUMENT = "docs/benchmarks.md";
    private static final String SECTION = "bench feast";

    /** One thread each: the client, Redis, Kafka and the model share what the machine has left. */
    private static final int EVENT_LOOPS = 1;

    private static final List<Integer> CONNECTIONS = List.of(1, 8, 32);
    private static final int WARM_UP_CONNECTIONS = 8;

    /** The compilers of a JVM take longer than Python and Go, which compile nothing while they run. */
    private static final Duration SERVICE_WARM_UP = Duration.ofSeconds(20);

    private static final Duration FEAST_WARM_UP = Duration.ofSeconds(3);

    /** Answers of each of Feast's servers that are looked at before it is measured. */
    private static final int CHECKED = 64;

    private final FeastOptions options;
    private final Path home;
    private final Stack stack;
    private final Town town = new Town(Stack.SECRET, Clock.systemUTC());
    private final FeastTown feastTown = new FeastTown(town.featureSet(), town.payments(), town::vector);
    private final FeastFindings findings = new FeastFindings();

    private FeastBenchmark(FeastOptions options, Path home, Stack stack) {
        this.options = options;
        this.home = home;
        this.stack = stack;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        if (words.equals(List.of("--help"))) {
            System.out.println(USAGE);
            return;
        }
        FeastOptions options;
        try {
            options = FeastOptions.parse(words);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        if (!ProcessCpu.isAvailable()) {
            System.err.println("this benchmark reads the CPU time of processes from Linux's /proc, which is not there;"
                    + " run it on Linux");
            System.exit(1);
        }
        Path home = Path.of(System.getProperty("tollgate.home", "")).toAbsolutePath();
        try (Stack stack = new Stack(home)) {
            new FeastBenchmark(options, home, stack).run();
        }
    }

    private void run() throws IOException {
        TownRequests requests = new TownRequests(town.payments(), Stack.TOKEN);
        try (JedisPooled redis = new JedisPooled(stack.redis());
                LoadClient payments = new LoadClient(requests, LoadClient.PATIENCE);
                LoadClient reads = new LoadClient(new FeastRequests(feastTown, town.payments()), LoadClient.PATIENCE);
                TownPublisher publisher = new TownPublisher(town, requests, redis);
                FeastServers feast = new FeastServers(home, feastTown, stack.redisAddress())) {
            town.publish(redis);
            publisher.start();
            say("Feast writes the town's values and starts");
            List<Server> servers = new ArrayList<>();
            servers.add(feast.startPython(options.python(), options.workers()));
            Path go = options.go();
            if (go != null) {
                servers.add(feast.startGo(go));
            }
            for (Server server : servers) {
                check(server);
                reads.closedLoop(server.address(), WARM_UP_CONNECTIONS, FEAST_WARM_UP);
            }
            say("service starts");
            try (Server service = stack.startService(stack.startModel(town), EVENT_LOOPS)) {
                payments.closedLoop(service.address(), WARM_UP_CONNECTIONS, SERVICE_WARM_UP);
                servers.add(service);
                for (int round = 0; round < (options.quick() ? 1 : 3); round++) {
                    say("round " + (round + 1));
                    round(servers, service, payments, reads);
                    // Who goes first changes: a neighbour that comes and goes meets all.
                    servers.add(servers.remove(0));
                }
            }
            say("reads in process");
            Duration time = Duration.ofSeconds(3);
            publish(feast.version(), InProcessRead.measure(town, redis, time, time));
        }
    }

    private void round(List<Server> servers, Server service, LoadClient payments, LoadClient reads) throws IOException {
        Duration time = Duration.ofSeconds(options.quick() ? 2 : 3);
        for (int connections : CONNECTIONS) {
            for (Server server : servers) {
                LoadClient client = server.equals(service) ? payments : reads;
                // What is still on its way to disk or hub belongs to the load before.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
                long pid = server.process().pid();
                ProcessCpu before = ProcessCpu.ofTree(pid);
                LoadResult load = client.closedLoop(server.address(), connections, time);
                findings.add(
                        server,
                        connections,
                        new Measurement(load, ProcessCpu.ofTree(pid).since(before)));
            }
        }
    }

    /** @throws IOException when an answer lacks a feature or has another value than Tollgate serves */
    private void check(Server server) throws IOException {
        // Asked whether it would speak HTTP/2, the Python server loses the body.
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .build();
        // The Go server tells the statuses only if it is asked to.
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + FeastRequests.PATH + "?status=true");
        for (Authorization payment : town.payments().subList(0, CHECKED)) {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(LoadClient.PATIENCE)
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(feastTown.body(payment)))
                    .build();
            try {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new IOException("status " + answer.statusCode() + ": " + answer.body());
                }
                FeastAnswer.check(answer.body(), feastTown.expected(payment));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (IOException e) {
                throw new IOException(
                        "Feast's " + server.name() + " server does not serve what it would be compared for, because "
                                + e.getMessage() + "; check that it is of the version that --help names",
                        e);
            }
        }
    }

    private void publish(String version, InProcessRead read) throws IOException {
        String remark = String.format(
                Locale.ROOT,
                "Feast %s, Python workers: %d; %d of the %d features (those that are read, not computed from the payment)."
                        + " Tollgate, event loops: %d. All %d features alone, read by a blocking client and evaluated"
                        + " in process: %.0f µs of CPU, %.0f µs in all.",
                version,
                options.workers(),
                feastTown.features(),
                town.featureNames().size(),
                EVENT_LOOPS,
                town.featureNames().size(),
                read.cpuMicros(),
                read.wallMicros());
        String tables = findings.markdown(CONNECTIONS, remark);
        System.out.println(tables);
        if (!options.quick()) {
            MarkedSection.replace(home.resolve(DOCUMENT), SECTION, tables);
            System.err.println("written into " + DOCUMENT);
        }
    }

    private static void say(String what) {
        System.err.println("  " + what);
    }
}
