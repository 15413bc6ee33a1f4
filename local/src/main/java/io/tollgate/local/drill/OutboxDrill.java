package io.tollgate.local.drill;

import io.tollgate.local.EmbeddedStack;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.Fault;
import io.tollgate.local.backends.Service;
import io.tollgate.local.demo.DemoException;
import io.tollgate.local.demo.Installation;
import io.tollgate.local.demo.PipelineStatus;
import io.tollgate.local.net.FreePort;
import io.tollgate.local.sim.LiveTraffic;
import io.tollgate.local.sim.SimulationSettings;
import io.tollgate.local.sim.Simulator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A decision answered is never lost: payments go to a real service that is killed (SIGKILL) at random moments while the
 * broker is away for a part of them, and to a history that is killed, too, where it was asked for; at the end all is
 * started again, and what was answered is compared, payment by payment, with what the hub and Delta hold.
 *
 * <p>The moments are drawn from the seed; what the service does in them is up to the machine.
 */
final class OutboxDrill {
    /** The broker is away for this part of the payments, so that kills fall into it. */
    private static final double OUTAGE_BEGINS = 0.30;

    private static final double OUTAGE_ENDS = 0.65;

    /** A kill comes up to this long after its payment, at any step of another one's way. */
    private static final int JITTER_MICROS = 20_000;

    /** A few thousand events take seconds to send; a broker that comes back may take some to be trusted again. */
    private static final Duration ARRIVAL = Duration.ofMinutes(2);

    private static final Duration POLL = Duration.ofMillis(1);

    private final Options options;
    private final Reporter out;
    private final EmbeddedStack backends;
    private final DrillService service;
    private final @Nullable DrillPipeline history;
    private final Path directory;

    /**
     * @param payments to be answered
     * @param kills of the service while it decides; one more follows the last answer
     * @param historyKills of the pipeline's history meanwhile
     * @param outage at the least, of the broker
     * @param connections callers at once
     * @param delta whether the history is kept in Delta and compared, too
     */
    record Options(
            long payments, int kills, int historyKills, Duration outage, long seed, int connections, boolean delta) {}

    /**
     * @param moment payments answered until then
     * @param ofHistory the pipeline's, else the service
     */
    private record Kill(long moment, boolean ofHistory) {}

    private OutboxDrill(
            Options options,
            Reporter out,
            EmbeddedStack backends,
            DrillService service,
            @Nullable DrillPipeline history,
            Path directory) {
        this.options = options;
        this.out = out;
        this.backends = backends;
        this.service = service;
        this.history = history;
        this.directory = directory;
    }

    /**
     * Runs the drill in a directory of its own.
     *
     * @return whether nothing was lost
     */
    static boolean run(Options options, Installation installation, Path directory, Reporter out)
            throws DemoException, IOException, InterruptedException {
        out.say("starting Redis and Kafka");
        try (EmbeddedStack backends = EmbeddedStack.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
                DrillService service = new DrillService(
                        "scoring-api", installation, backends.settings(), directory, FreePort.pick(), Map.of());
                DrillPipeline history = options.delta()
                        ? new DrillPipeline(DrillPipeline.HISTORY, installation, backends.settings(), directory)
                        : null) {
            return new OutboxDrill(options, out, backends, service, history, directory).run();
        }
    }

    private boolean run() throws DemoException, IOException, InterruptedException {
        service.start();
        if (history != null) {
            history.start();
        }
        out.say("service ready; sending %,d payments over %d connections, seed %d"
                .formatted(options.payments(), options.connections(), options.seed()));
        Instant begin = Instant.now();
        LiveTraffic traffic = new Simulator(SimulationSettings.DEFAULT.withSeed(options.seed()))
                .live(begin, 1_000, "drill-" + begin.toEpochMilli() + "-");
        try (Callers callers = new Callers(
                service.address(), DrillService.API_KEY, traffic, options.payments(), options.connections())) {
            callers.start();
            disturb(callers);
            Map<String, Told> answered = callers.answered();
            callers.problems().stream().limit(10).forEach(problem -> out.say("problem: %s".formatted(problem)));
            out.say("%,d payments answered, %,d attempts failed and were repeated"
                    .formatted(answered.size(), callers.retries()));
            restartAndShip();
            boolean complete =
                    answered.size() == options.payments() && callers.problems().isEmpty();
            return compare(answered) && complete;
        }
    }

    /** Kills and outage, by the number of payments answered so far. Returns when all payments are through. */
    private void disturb(Callers callers) throws DemoException, IOException, InterruptedException {
        CompletableFuture<Void> broker = CompletableFuture.runAsync(() -> interruptBroker(callers));
        Random random = new Random(options.seed());
        for (Kill kill : kills(random)) {
            callers.await(() -> callers.count() >= kill.moment());
            if (kill.ofHistory()) {
                killHistory(callers, random);
            } else {
                TimeUnit.MICROSECONDS.sleep(random.nextInt(JITTER_MICROS));
                service.kill();
                out.say("kill -9 of the service after %,d answers".formatted(callers.count()));
                service.start();
            }
        }
        callers.await(callers::done);
        try {
            broker.join();
        } catch (CompletionException e) {
            throw DemoException.failed("the broker did not stop or start as told: " + e.getCause(), e);
        }
    }

    /** In the order of their moments. */
    private List<Kill> kills(Random random) {
        List<Kill> kills = new ArrayList<>();
        for (int i = 0; i < options.kills(); i++) {
            kills.add(new Kill(moment(i, options.kills(), random), false));
        }
        for (int i = 0; history != null && i < options.historyKills(); i++) {
            kills.add(new Kill(moment(i, options.historyKills(), random), true));
        }
        kills.sort(Comparator.comparingLong(Kill::moment));
        return kills;
    }

    private long moment(int kill, int of, Random random) {
        return (long) ((kill + 0.2 + 0.6 * random.nextDouble()) / of * options.payments());
    }

    private void killHistory(Callers callers, Random random) throws IOException, InterruptedException {
        if (history != null) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt((int) DrillPipeline.TRIGGER.toMillis()));
            history.kill();
            out.say("kill -9 of the history after %,d answers".formatted(callers.count()));
            history.start();
        }
    }

    private void interruptBroker(Callers callers) {
        try {
            callers.await(() -> callers.count() >= OUTAGE_BEGINS * options.payments());
            backends.inject(Fault.KAFKA_STOP);
            long begin = System.nanoTime();
            out.say("broker stopped after %,d answers".formatted(callers.count()));
            callers.await(() -> callers.count() >= OUTAGE_ENDS * options.payments());
            TimeUnit.NANOSECONDS.sleep(options.outage().toNanos() - (System.nanoTime() - begin));
            backends.inject(Fault.KAFKA_RESTART);
            out.say("broker back after %.0f s, %,d answers"
                    .formatted((System.nanoTime() - begin) / 1e9, callers.count()));
        } catch (IOException | DemoException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One kill more, of a service that has just answered; what it left must arrive by the next start alone. */
    private void restartAndShip() throws DemoException, IOException, InterruptedException {
        service.kill();
        out.say("kill -9 after the last answer; starting again");
        service.start();
        long deadline = System.nanoTime() + ARRIVAL.toNanos();
        while (service.waiting() > 0) {
            if (System.nanoTime() > deadline) {
                throw DemoException.failed("the outbox still holds %d events after %d s"
                        .formatted(service.waiting(), ARRIVAL.toSeconds()));
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
    }

    private boolean compare(Map<String, Told> answered) throws DemoException, IOException, InterruptedException {
        HubEvents hub = HubEvents.read(backends.settings().kafkaProperties(), DrillService.TOPIC);
        Comparison both = Comparison.of(answered, hub);
        both.print(out);
        // Whoever got no answer has asked again until he got one.
        boolean clean = both.clean() && both.unasked() == 0;
        if (history != null) {
            clean &= agrees(answered, both, history);
        }
        out.say(clean ? "nothing was lost" : "FAILED: see the counts");
        return clean;
    }

    /** Waits until the history has read all of the hub, ends it, and has another process read its table row by row. */
    private boolean agrees(Map<String, Told> answered, Comparison hub, DrillPipeline history)
            throws DemoException, IOException, InterruptedException {
        PipelineStatus status = history.awaitRead(hub.messages());
        history.close();
        Path file = directory.resolve("decisions.csv");
        if (history.run("decisions", "--out", file.toString()) != 0) {
            throw DemoException.failed("the decisions in Delta cannot be read; " + history.lastWords("decisions"));
        }
        DeltaDecisions delta = DeltaDecisions.compare(answered, file);
        delta.print(out);
        out.say("  duplicates dropped on the way  %,9d".formatted(status.duplicates()));
        out.say("  quarantined                    %,9d".formatted(status.quarantined()));
        return delta.clean() && status.quarantined() == 0 && status.duplicates() == hub.duplicates();
    }
}
