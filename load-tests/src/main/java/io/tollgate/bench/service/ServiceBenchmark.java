package io.tollgate.bench.service;

import io.tollgate.bench.service.Findings.Cold;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import redis.clients.jedis.JedisPooled;

/**
 * The decision service and the {@link FloorServer floor} under the same loads, in turns: server CPU per request, latency
 * at constant rates, throughput, and the first requests after a start. Prints Markdown; a full run also writes it into
 * {@code docs/benchmarks.md}.
 */
public final class ServiceBenchmark {
    private static final String USAGE = """
        Usage: ./tollgate bench service [--quick] [--profile FILE]

        Starts Redis, Kafka, a model endpoint, the service and a bare Netty server that waits for the same
        things (the floor), sends both the same payments in turn, and prints what each spends and how long
        each takes. Eight to ten minutes; writes the tables into docs/benchmarks.md.

          --quick         some two to three minutes, fewer rounds and loads; writes no file
          --profile FILE  records the service with JFR for 30 s at 1,000 requests a second instead
        """;

    private static final String DOCUMENT = "docs/benchmarks.md";
    private static final String SECTION = "bench service";

    /** One thread each: the client, Redis, Kafka and the model share what the machine has left. */
    private static final int EVENT_LOOPS = 1;

    /** The first requests of a service that has just become ready. */
    private static final int FIRST = 1_000;

    private static final int WARM_UP_CONNECTIONS = 8;

    /** At {@link Plan#TARGET_RATE}, while the service settles. */
    private static final Duration WINDOW = Duration.ofSeconds(5);

    private static final int QUIET_WINDOWS = 2;

    /** CPU of the compilers per payment: a fiftieth of what a payment costs. */
    private static final double QUIET_MICROS = 5;

    private static final Duration PROFILE_TIME = Duration.ofSeconds(30);

    private final Plan plan;
    private final Path home;
    private final Stack stack;
    private final Town town;
    private final Stack.ServedModel model;

    private ServiceBenchmark(Plan plan, Path home, Stack stack) throws IOException {
        this.plan = plan;
        this.home = home;
        this.stack = stack;
        this.town = new Town(Stack.SECRET, Clock.systemUTC());
        this.model = stack.startModel(town);
    }

    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        boolean quick = words.equals(List.of("--quick"));
        boolean profile = words.size() == 2 && words.get(0).equals("--profile");
        if (!quick && !profile && !words.isEmpty()) {
            System.out.println(USAGE);
            System.exit(words.equals(List.of("--help")) ? 0 : 2);
        }
        if (!ProcessCpu.isAvailable()) {
            System.err.println("this benchmark reads the CPU time of threads from Linux's /proc/PID/task/*/schedstat,"
                    + " which is not there; run it on Linux");
            System.exit(1);
        }
        Path home = Path.of(System.getProperty("tollgate.home", "")).toAbsolutePath();
        try (Stack stack = new Stack(home)) {
            ServiceBenchmark benchmark = new ServiceBenchmark(quick ? Plan.quick() : Plan.full(), home, stack);
            if (profile) {
                benchmark.profile(Path.of(words.get(1)).toAbsolutePath());
            } else {
                benchmark.measure(!quick);
            }
        }
    }

    private void measure(boolean write) throws IOException {
        Findings findings = new Findings(plan);
        TownRequests requests = new TownRequests(town.payments(), Stack.TOKEN);
        try (JedisPooled redis = new JedisPooled(stack.redis());
                LoadClient client = new LoadClient(requests, LoadClient.PATIENCE)) {
            town.publish(redis);
            try (TownPublisher publisher = new TownPublisher(town, requests, redis)) {
                publisher.start();
                say("service starts");
                Server service = stack.startService(model, EVENT_LOOPS);
                // Not counted: this client, the model endpoint and the backends have just started as well.
                firstRequests(client, service);
                rest();
                ServiceShape.Sizes sizes =
                        ServiceShape.of(service.address(), requests, redis, stack.currentOutbox(), requests.taken());
                FloorWork work = new FloorWorkshop(town, stack.redisAddress(), model.endpoint())
                        .make(sizes, (int) Stack.CLAIM_WINDOW.toMillis());
                try (Server floor = stack.startFloor(work, EVENT_LOOPS)) {
                    rounds(client, floor, service, findings);
                }
                service.close();
                // Redis has hundreds of thousands of the rounds' claims to delete, which is no cold start's business.
                say("the rounds' claims expire");
                LockSupport.parkNanos(Stack.CLAIM_WINDOW.toNanos());
                for (int i = 0; i < plan.coldStarts(); i++) {
                    coldStart(client, findings);
                }
            }
        }
        String tables = new Report(findings).markdown();
        System.out.println(tables);
        if (write) {
            MarkedSection.replace(home.resolve(DOCUMENT), SECTION, tables);
            System.err.println("written into " + DOCUMENT);
        }
    }

    private void coldStart(LoadClient client, Findings findings) throws IOException {
        say("service starts anew");
        try (Server service = stack.startService(model, EVENT_LOOPS)) {
            findings.cold(new Cold(service.startup(), firstRequests(client, service)));
        }
    }

    private static LoadResult firstRequests(LoadClient client, Server service) throws IOException {
        Duration time = Duration.ofMillis(TimeUnit.SECONDS.toMillis(FIRST) / Plan.COLD_RATE);
        return client.openLoop(service.address(), Plan.COLD_RATE, time);
    }

    private void rounds(LoadClient client, Server floor, Server service, Findings findings) throws IOException {
        say("both warm up");
        client.closedLoop(floor.address(), WARM_UP_CONNECTIONS, plan.warmUp().dividedBy(2));
        client.closedLoop(service.address(), WARM_UP_CONNECTIONS, plan.warmUp());
        findings.settled(settle(client, floor, service));
        // All rates before any number of connections: what bursts have compiled belongs to them.
        for (int round = 0; round < plan.rounds(); round++) {
            List<Server> servers = order(round, floor, service);
            for (int rate : plan.rates()) {
                say("round " + (round + 1) + ": " + rate + " a second");
                for (Server server : servers) {
                    rest();
                    findings.atRate(
                            server,
                            rate,
                            Measurement.of(server, () -> client.openLoop(server.address(), rate, plan.rateTime())));
                }
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            List<Server> servers = order(round, floor, service);
            for (int connections : plan.connections()) {
                say("round " + (round + 1) + ": " + connections + " connections");
                for (Server server : servers) {
                    rest();
                    findings.atConnections(
                            server,
                            connections,
                            Measurement.of(
                                    server,
                                    () -> client.closedLoop(server.address(), connections, plan.connectionTime())));
                }
            }
        }
    }

    /**
     * Sends both what is measured afterwards until the service's compilers have nothing to do: what they compile once is
     * no payment's cost.
     */
    private Findings.Settling settle(LoadClient client, Server floor, Server service) throws IOException {
        ProcessCpu before = service.cpu();
        int quiet = 0;
        int windows = 0;
        while (quiet < QUIET_WINDOWS && windows < plan.settlingWindows()) {
            client.openLoop(floor.address(), Plan.TARGET_RATE, WINDOW.dividedBy(2));
            Measurement window =
                    Measurement.of(service, () -> client.openLoop(service.address(), Plan.TARGET_RATE, WINDOW));
            windows++;
            quiet = window.cpuMicros(Report.COMPILERS) < QUIET_MICROS ? quiet + 1 : 0;
        }
        double seconds = service.cpu().since(before).of(Report.COMPILERS) / (double) TimeUnit.SECONDS.toNanos(1);
        return new Findings.Settling(WINDOW.multipliedBy(windows), seconds, quiet == QUIET_WINDOWS);
    }

    /** Who goes first changes: a neighbour that comes and goes meets both. */
    private static List<Server> order(int round, Server floor, Server service) {
        return round % 2 == 0 ? List.of(floor, service) : List.of(service, floor);
    }

    private void profile(Path file) throws IOException {
        TownRequests requests = new TownRequests(town.payments(), Stack.TOKEN);
        try (JedisPooled redis = new JedisPooled(stack.redis());
                LoadClient client = new LoadClient(requests, LoadClient.PATIENCE)) {
            town.publish(redis);
            try (TownPublisher publisher = new TownPublisher(town, requests, redis)) {
                publisher.start();
                Server service = stack.startService(model, EVENT_LOOPS);
                say("warms up");
                // Before the warm-up: the recorder changes classes of the JDK, and most of the code is compiled anew.
                jcmd(service.process().pid(), "JFR.start", "name=bench", "settings=profile");
                client.closedLoop(service.address(), WARM_UP_CONNECTIONS, plan.warmUp());
                say("records " + PROFILE_TIME.toSeconds() + " s");
                Measurement cost = Measurement.of(
                        service, () -> client.openLoop(service.address(), Plan.TARGET_RATE, PROFILE_TIME));
                jcmd(
                        service.process().pid(),
                        "JFR.dump",
                        "name=bench",
                        "maxage=" + PROFILE_TIME.toSeconds() + "s",
                        "filename=" + file);
                System.out.printf("%.1f µs of CPU per request%n", cost.cpuMicros());
                cost.cpu()
                        .nanosByThread()
                        .forEach((thread, nanos) -> System.out.printf(
                                "%8.2f  %s%n", nanos / 1_000.0 / cost.load().requests(), thread));
            }
        }
    }

    private static void jcmd(long pid, String... words) throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        List<String> command = Stream.concat(Stream.of(jcmd, Long.toString(pid)), Stream.of(words))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("jcmd cannot start a recording; is this a JDK?");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** What is still on its way to disk or hub belongs to the load before. */
    private static void rest() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
    }

    private static void say(String what) {
        System.err.println("  " + what);
    }
}
