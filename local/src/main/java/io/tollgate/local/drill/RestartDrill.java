package io.tollgate.local.drill;

import io.tollgate.local.EmbeddedStack;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.Service;
import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import io.tollgate.local.net.FreePort;
import io.tollgate.local.sim.LiveTraffic;
import io.tollgate.local.sim.SimulationSettings;
import io.tollgate.local.sim.Simulator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * No request fails while a fleet is restarted: two replicas under a constant load are stopped (SIGTERM) and started one
 * after the other; then both are stopped for good, and the hub holds everything that was answered.
 */
final class RestartDrill {
    /** How long a stopping replica goes on serving; ten looks of the balancer. */
    private static final Duration ANNOUNCE = Duration.ofSeconds(2);

    /** Each has said that it is ready when the balancer is waited for. */
    private static final Duration READY = Duration.ofMinutes(1);

    /** With both replicas in service, before, between and after the restarts. */
    private static final Duration CALM = Duration.ofSeconds(2);

    private final Options options;
    private final Reporter out;
    private final EmbeddedStack backends;
    private final List<DrillService> replicas;

    /**
     * @param rate payments a second
     * @param rounds how often each replica is restarted
     */
    record Options(int rate, int connections, int rounds, long seed) {}

    private RestartDrill(Options options, Reporter out, EmbeddedStack backends, List<DrillService> replicas) {
        this.options = options;
        this.out = out;
        this.backends = backends;
        this.replicas = replicas;
    }

    /** @return whether no request failed and nothing was lost */
    static boolean run(Options options, Installation installation, Path directory, Reporter out)
            throws DemoException, IOException, InterruptedException {
        out.say("starting Redis, Kafka and two replicas");
        Map<String, String> more = Map.of("TOLLGATE_SHUTDOWN_ANNOUNCE", ANNOUNCE.toMillis() + "ms");
        List<Integer> ports = FreePort.pick(2);
        try (EmbeddedStack backends = EmbeddedStack.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
                DrillService a = new DrillService(
                        "replica-a", installation, backends.settings(), directory.resolve("a"), ports.get(0), more);
                DrillService b = new DrillService(
                        "replica-b", installation, backends.settings(), directory.resolve("b"), ports.get(1), more)) {
            return new RestartDrill(options, out, backends, List.of(a, b)).run();
        }
    }

    private boolean run() throws DemoException, IOException, InterruptedException {
        for (DrillService replica : replicas) {
            replica.start();
        }
        Instant begin = Instant.now();
        LiveTraffic traffic = new Simulator(SimulationSettings.DEFAULT.withSeed(options.seed()))
                .live(begin, options.rate(), "drill-" + begin.toEpochMilli() + "-");
        try (Balancer balancer = new Balancer(
                        replicas.stream().map(DrillService::address).toList(), DrillService.API_KEY);
                SteadyLoad load = new SteadyLoad(
                        balancer, DrillService.API_KEY, traffic, options.rate(), options.connections())) {
            balancer.start();
            awaitAll(balancer);
            out.say("both ready; %d payments a second over %d connections"
                    .formatted(options.rate(), options.connections()));
            load.start();
            calm();
            for (int round = 0; round < options.rounds(); round++) {
                for (int i = 0; i < replicas.size(); i++) {
                    restart(replicas.get(i));
                    awaitAll(balancer);
                    calm();
                }
            }
            load.finish();
            for (DrillService replica : replicas) {
                replica.close();
            }
            return account(load);
        }
    }

    private void restart(DrillService replica) throws DemoException, IOException, InterruptedException {
        long begin = System.nanoTime();
        int status = replica.stop();
        double stopped = (System.nanoTime() - begin) / 1e9;
        replica.start();
        out.say("%s ended with status %d after %.1f s, and was ready again %.1f s later"
                .formatted(replica.name(), status, stopped, (System.nanoTime() - begin) / 1e9 - stopped));
    }

    private static void awaitAll(Balancer balancer) throws DemoException, InterruptedException {
        long deadline = System.nanoTime() + READY.toNanos();
        for (int i = 0; i < balancer.size(); i++) {
            while (!balancer.target(i).ready()) {
                if (System.nanoTime() > deadline) {
                    throw DemoException.failed(
                            "the balancer saw not all replicas ready within " + READY.toSeconds() + " s");
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private static void calm() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(CALM.toNanos());
    }

    private boolean account(SteadyLoad load) {
        List<String> failures = load.failures();
        failures.stream().limit(10).forEach(failure -> out.say("failed: " + failure));
        Comparison both = Comparison.of(
                load.answered(), HubEvents.read(backends.settings().kafkaProperties(), DrillService.TOPIC));
        out.say("payments that failed             %,9d".formatted(failures.size()));
        both.print(out);
        boolean clean = both.clean() && failures.isEmpty();
        out.say(clean ? "no request failed, nothing was lost" : "FAILED: see the counts");
        return clean;
    }
}
