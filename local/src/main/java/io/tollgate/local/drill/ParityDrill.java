package io.tollgate.local.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollgate.local.EmbeddedStack;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.Fault;
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
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Every vector that was served is what history says, whatever happened meanwhile: payments at a constant rate; the pipeline
 * is killed and left down until keys are stale and a backlog has built up, with a kill of the service in that time; Redis
 * is killed and comes back empty, and is filled again from Delta; pipeline and service are killed once more. Then all is
 * drained, and {@code tollgate parity} recomputes what was served.
 */
final class ParityDrill {
    /** Times without an accident, each with its part of the payments. */
    private static final int CALM_TIMES = 5;

    /** Of all vectors: some are decided without Redis, or on what a backfill had published; most must be compared. */
    private static final double COMPARED = 0.9;

    private static final Duration ARRIVAL = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Options options;
    private final Reporter out;
    private final Path directory;
    private final EmbeddedStack backends;
    private final DrillService service;
    private final DrillPipeline pipeline;

    /**
     * @param payments in the times without an accident; more are sent meanwhile
     * @param rate payments a second
     * @param down how long the pipeline is left down; keys are stale after 15 seconds
     */
    record Options(long payments, int rate, Duration down, long seed, int connections) {}

    private ParityDrill(
            Options options,
            Reporter out,
            Path directory,
            EmbeddedStack backends,
            DrillService service,
            DrillPipeline pipeline) {
        this.options = options;
        this.out = out;
        this.directory = directory;
        this.backends = backends;
        this.service = service;
        this.pipeline = pipeline;
    }

    /**
     * Runs the drill in a directory of its own.
     *
     * @return whether what was served was recomputed without a difference
     */
    static boolean run(Options options, Installation installation, Path directory, Reporter out)
            throws DemoException, IOException, InterruptedException {
        out.say("starting Redis, Kafka, the service and the pipeline");
        try (EmbeddedStack backends = EmbeddedStack.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
                DrillService service = new DrillService(
                        "scoring-api", installation, backends.settings(), directory, FreePort.pick(), Map.of());
                DrillPipeline pipeline =
                        new DrillPipeline(DrillPipeline.BOTH, installation, backends.settings(), directory)) {
            return new ParityDrill(options, out, directory, backends, service, pipeline).run();
        }
    }

    private boolean run() throws DemoException, IOException, InterruptedException {
        pipeline.start();
        service.start();
        pipeline.awaitRunning();
        out.say("all runs; %d payments a second, seed %d".formatted(options.rate(), options.seed()));
        Instant begin = Instant.now();
        LiveTraffic traffic = new Simulator(SimulationSettings.DEFAULT.withSeed(options.seed()))
                .live(begin, options.rate(), "drill-" + begin.toEpochMilli() + "-");
        try (Callers callers = new Callers(
                        service.address(), DrillService.API_KEY, traffic, Long.MAX_VALUE, options.connections())
                .atRate(options.rate())) {
            callers.start();
            disturb(callers);
            callers.finish();
            callers.await(callers::done);
            callers.problems().stream().limit(10).forEach(problem -> out.say("problem: %s".formatted(problem)));
            long answered = callers.count();
            out.say("%,d payments answered, %,d attempts failed and were repeated"
                    .formatted(answered, callers.retries()));
            return compare(answered) && callers.problems().isEmpty();
        }
    }

    private void disturb(Callers callers) throws DemoException, IOException, InterruptedException {
        calm(callers);
        pipeline.kill();
        out.say("kill -9 of the pipeline after %,d answers".formatted(callers.count()));
        TimeUnit.NANOSECONDS.sleep(options.down().toNanos() / 2);
        killService(callers);
        TimeUnit.NANOSECONDS.sleep(options.down().toNanos() / 2);
        pipeline.start();
        pipeline.awaitRunning();
        out.say("pipeline back after %,d answers".formatted(callers.count()));

        calm(callers);
        backends.inject(Fault.REDIS_KILL);
        backends.inject(Fault.REDIS_RESTART);
        out.say("kill -9 of Redis after %,d answers; it came back empty".formatted(callers.count()));
        calm(callers);
        if (pipeline.run("backfill", "--publish") != 0) {
            throw DemoException.failed("Redis could not be filled; " + pipeline.lastWords("backfill"));
        }
        out.say("Redis was filled from Delta until %,d answers".formatted(callers.count()));

        calm(callers);
        pipeline.kill();
        out.say("kill -9 of the pipeline after %,d answers".formatted(callers.count()));
        killService(callers);
        pipeline.start();
        pipeline.awaitRunning();
        calm(callers);
    }

    private void calm(Callers callers) throws DemoException, InterruptedException {
        long enough = callers.count() + options.payments() / CALM_TIMES;
        callers.await(() -> callers.count() >= enough);
    }

    private void killService(Callers callers) throws DemoException, IOException, InterruptedException {
        service.kill();
        out.say("kill -9 of the service after %,d answers".formatted(callers.count()));
        service.start();
    }

    private boolean compare(long answered) throws DemoException, IOException, InterruptedException {
        long deadline = System.nanoTime() + ARRIVAL.toNanos();
        while (service.waiting() > 0) {
            if (System.nanoTime() > deadline) {
                throw DemoException.failed("the outbox still holds %d events after %d s"
                        .formatted(service.waiting(), ARRIVAL.toSeconds()));
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
        HubEvents hub = HubEvents.read(backends.settings().kafkaProperties(), DrillService.TOPIC);
        pipeline.awaitRead(hub.messages());
        pipeline.close();
        Path report = directory.resolve("parity.json");
        int status = pipeline.run("parity", "--report", report.toString());
        out.say("parity ended with status %d; %s"
                .formatted(
                        status,
                        pipeline.lastWords("parity")
                                .lines()
                                .reduce("", (before, line) -> line.isBlank() ? before : line)));
        JsonNode found = JSON.readTree(report.toFile());
        long vectors = found.path("vectors").asLong();
        long compared = found.path("vectorsCompared").asLong();
        out.say("payments decided on stale features  %,9d".formatted(hub.stale()));
        out.say("vectors served                      %,9d".formatted(vectors));
        out.say("  compared                          %,9d".formatted(compared));
        out.say("  that differ                       %,9d"
                .formatted(found.path("vectorsDiffering").asLong()));
        out.say("values compared                     %,9d"
                .formatted(found.path("valuesCompared").asLong()));
        found.path("notComparable")
                .properties()
                .forEach(reason -> out.say("  not compared                      %,9d %s"
                        .formatted(reason.getValue().asLong(), reason.getKey())));
        boolean clean = status == 0 && vectors == answered && compared >= COMPARED * vectors && hub.stale() > 0;
        out.say(clean ? "what was served is what history says" : "FAILED: see the counts");
        return clean;
    }
}
