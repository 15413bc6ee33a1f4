package io.tollgate.local.drill;

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
import io.tollgate.local.traffic.AuthorizationJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The outbox's disk is full: a real filesystem of five megabytes while the broker is away. Whatever was configured for
 * that case must happen, and only that: refuse, and nothing answered is missing; or decide on, and exactly as many events
 * are missing as were counted. The service is killed while the disk is full, and must come back on it.
 */
final class DiskDrill {
    private static final int SEGMENT_BYTES = 1 << 20;

    /** Four segments and the cursor's page; the rest is less than a segment. */
    private static final int DISK_BYTES = 5 << 20;

    /** Some 3 KB each: twice what the disk holds. */
    private static final int MOST_PAYMENTS = 4_000;

    /** On the full disk, before the kill and again after it; and with room again. */
    private static final int PROBES = 200;

    private static final Duration ARRIVAL = Duration.ofMinutes(1);

    private final Reporter out;
    private final EmbeddedStack backends;
    private final DrillService service;
    private final LiveTraffic traffic;
    private final HttpLine line;
    private final Map<String, Told> answered = new HashMap<>();
    private long refused;

    /** What is configured for a decision whose event finds no room. */
    enum AtBound {
        REFUSE,
        KEEP_DECIDING
    }

    private DiskDrill(Reporter out, EmbeddedStack backends, DrillService service, LiveTraffic traffic) {
        this.out = out;
        this.backends = backends;
        this.service = service;
        this.traffic = traffic;
        this.line = new HttpLine(service.address(), DrillService.API_KEY);
    }

    /** @return whether each setting did what it says */
    static boolean run(long seed, Installation installation, Path directory, Reporter out)
            throws DemoException, IOException, InterruptedException {
        boolean clean = true;
        for (AtBound atBound : AtBound.values()) {
            out.say("at-bound %s: starting Redis, Kafka and a service with an outbox of %,d bytes"
                    .formatted(atBound, DISK_BYTES));
            Path own = Files.createDirectories(directory.resolve(atBound.name()));
            Path outbox = Files.createDirectories(own.resolve("outbox"));
            Map<String, String> more =
                    Map.of("TOLLGATE_OUTBOX_SEGMENT", SEGMENT_BYTES + "B", "TOLLGATE_OUTBOX_AT_BOUND", atBound.name());
            Instant begin = Instant.now();
            LiveTraffic traffic = new Simulator(SimulationSettings.DEFAULT.withSeed(seed))
                    .live(begin, 1_000, "drill-" + begin.toEpochMilli() + "-");
            try (EmbeddedStack backends = EmbeddedStack.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
                    DrillService service = new DrillService(
                                    "scoring-api", installation, backends.settings(), own, FreePort.pick(), more)
                            .within(TinyDisk.at(outbox, DISK_BYTES))) {
                clean &= new DiskDrill(out, backends, service, traffic).run(atBound);
            }
        }
        out.say(clean ? "each setting did what it says" : "FAILED: see the counts");
        return clean;
    }

    private boolean run(AtBound atBound) throws DemoException, IOException, InterruptedException {
        service.start();
        backends.inject(Fault.KAFKA_STOP);
        fill(atBound);
        out.say("disk full after %,d answers".formatted(answered.size()));
        pay(PROBES);
        long refusedBefore = refusedEvents();
        service.killInside();
        line.close();
        out.say("kill -9; back on the full disk");
        pay(PROBES);
        backends.inject(Fault.KAFKA_RESTART);
        awaitRoom();
        out.say("broker back, outbox shipped: there is room again");
        long before = answered.size();
        pay(PROBES);
        boolean recovered = answered.size() == before + PROBES;
        awaitRoom();
        long lost = refusedBefore + refusedEvents();
        line.close();
        return compare(atBound, lost) && recovered;
    }

    private long refusedEvents() throws IOException, InterruptedException {
        return (long) service.metric("tollgate_events_refused_total");
    }

    private boolean isFull() throws IOException, InterruptedException {
        return service.metric("tollgate_outbox_disk_full") == 1;
    }

    /** Pays until the outbox has no room for one event more. */
    private void fill(AtBound atBound) throws DemoException, IOException, InterruptedException {
        for (int paid = 0; paid < MOST_PAYMENTS; paid += 10) {
            pay(10);
            if (atBound == AtBound.REFUSE ? refused > 0 : refusedEvents() > 0) {
                if (!isFull()) {
                    throw DemoException.failed(
                            "events find no room, and the service does not say that the disk is full");
                }
                return;
            }
        }
        throw DemoException.failed("the disk was not full after " + MOST_PAYMENTS + " payments");
    }

    /** @throws IOException when a payment gets no answer; neither setting says so */
    private void pay(int payments) throws DemoException, IOException {
        for (int i = 0; i < payments; i++) {
            var payment =
                    traffic.next(Instant.now().truncatedTo(ChronoUnit.MILLIS)).authorization();
            HttpLine.Response response = line.post("/v1/authorizations", AuthorizationJson.write(payment));
            if (response.status() == 200) {
                answered.put(payment.transactionId().value(), Told.read(response.body()));
            } else if (response.status() == 503 && response.body().contains("Event log full")) {
                refused++;
            } else {
                throw DemoException.failed(
                        "a payment on a full disk was answered with " + response.status() + ": " + response.body());
            }
        }
    }

    private void awaitRoom() throws DemoException, IOException, InterruptedException {
        long deadline = System.nanoTime() + ARRIVAL.toNanos();
        while (service.waiting() > 0 || isFull()) {
            if (System.nanoTime() > deadline) {
                throw DemoException.failed("the outbox was not shipped within " + ARRIVAL.toSeconds() + " s: "
                        + service.waiting() + " events wait");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean compare(AtBound atBound, long lost) {
        Comparison both =
                Comparison.of(answered, HubEvents.read(backends.settings().kafkaProperties(), DrillService.TOPIC));
        both.print(out);
        out.say("refused with 503                 %,9d".formatted(refused));
        out.say("answered without an event, as the service counted  %,d".formatted(lost));
        List<String> missing = both.missing();
        boolean asSet = atBound == AtBound.REFUSE
                ? missing.isEmpty() && refused > 0
                : missing.size() == lost && lost > 0 && refused == 0;
        return asSet && both.contradicted().isEmpty() && both.unreadable() == 0;
    }
}
