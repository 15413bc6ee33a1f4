package io.tollgate.local.demo;

import io.tollgate.features.csv.CsvEvents;
import io.tollgate.features.csv.CsvMapping;
import io.tollgate.local.sim.SimulationSettings;
import io.tollgate.local.sim.Simulator;
import io.tollgate.local.traffic.LiveSource;
import io.tollgate.local.traffic.PaymentSource;
import io.tollgate.local.traffic.ReplaySource;
import io.tollgate.local.traffic.TimeLimited;
import io.tollgate.local.traffic.TrafficClient;
import io.tollgate.local.traffic.TrafficListener;
import io.tollgate.local.traffic.TrafficSettings;
import io.tollgate.local.traffic.TrafficStats;
import io.tollgate.local.traffic.TwoListeners;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One demonstration: start everything, send payments, stop, add up. */
final class DemoRun {
    /** Payments under way get their answers within milliseconds; a service that hangs gets this long. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(15);

    /** The history is appended every few seconds; on busy cores a batch may take a multiple of that. */
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(2);

    /** The last payment is due at the end of the duration; the traffic itself ends it, this is for one that is late. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final Duration TERMINAL_REFRESH = Duration.ofSeconds(1);
    private static final Duration PLAIN_REFRESH = Duration.ofSeconds(5);

    /** Set by the {@code tollgate} script when standard output is a terminal, which Java 22 and later no longer tell. */
    private static final String TERMINAL = "tollgate.terminal";

    /** Ten payments: fewer than one in a hundred of the shortest demonstration, so that no percentile shows them. */
    private static final double REHEARSAL_RATE = 10;

    private static final Duration REHEARSAL = Duration.ofSeconds(1);

    /** Rejected rows of a file that are told one by one. */
    private static final int REJECTED_SHOWN = 5;

    private final DemoSettings settings;
    private final Workspace workspace;
    private final Watch watch = new Watch();
    private final LiveLine line;
    private final boolean terminal = Boolean.getBoolean(TERMINAL);
    private final DemoStack stack;
    private final AtomicLong rejectedRows = new AtomicLong();
    private final TrafficStats stats = new TrafficStats();
    private volatile @Nullable TrafficClient sending;

    private DemoRun(DemoSettings settings, Installation installation, Workspace workspace, PrintStream out) {
        this.settings = settings;
        this.workspace = workspace;
        this.line = new LiveLine(out, terminal, System.nanoTime());
        this.stack = new DemoStack(settings, installation, workspace, watch, line::say);
    }

    /**
     * Runs a demonstration to its end, or for ever.
     *
     * @return exit code
     */
    static int run(DemoSettings settings, Installation installation, PrintStream out)
            throws DemoException, IOException, InterruptedException {
        Workspace workspace = Workspace.open(settings.dataDirectory());
        System.setProperty("tollgate.backends.log", workspace.log("backends").toString());
        System.setProperty("logback.configurationFile", "io/tollgate/local/demo-logback.xml");
        DemoRun run = new DemoRun(settings, installation, workspace, out);
        Thread hook = new Thread(run::interrupted, "demo-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run.run();
        } finally {
            run.stop();
        }
    }

    /** What everything stood at before the first payment. */
    private record Base(Map<TopicPartition, Long> hub, ApiMetrics service, PipelineStatus pipeline, long deltaRows) {}

    private int run() throws DemoException, IOException, InterruptedException {
        line.say("starting Redis, Kafka, the Cosmos DB stand-in, the model endpoint, the service and the pipeline");
        long begin = System.nanoTime();
        stack.start();
        line.say("ready: " + stack.url());
        // The default key is no secret: with it in the address the console opens at once.
        boolean known = settings.hasKnownKey();
        line.say(String.format(
                "  first decision possible after %.1f s; console: %s/console%s; token: %s; logs: %s",
                (System.nanoTime() - begin) / 1e9,
                stack.url(),
                known ? "#key=local" : "",
                known ? "local" : "the value of TOLLGATE_API_KEY",
                workspace.logs()));
        line.say("  for other commands beside it: . " + workspace.environment());
        stack.awaitPipeline();
        stack.startFeed();
        if (settings.traffic() != null) {
            rehearse();
        }
        HubAudit hub = new HubAudit(stack.backends().kafkaProperties(), DemoProcesses.TOPIC);
        settle(hub);
        Base base = new Base(
                hub.end(),
                stack.probe().metrics(),
                PipelineStatus.read(workspace.pipelineStatus()),
                DeltaLog.rows(events()));
        Issuer issuer = issuer();
        try (issuer) {
            traffic(base, issuer);
        }
        if (watch.isStopping()) {
            return DemoException.INTERRUPTED;
        }
        DemoReport report = account(hub, base, issuer.written());
        line.say(Summary.of(report));
        if (settings.report() != null) {
            report.write(settings.report());
            line.say("report: " + settings.report());
        }
        return report.clean() ? 0 : DemoException.FAILED;
    }

    /**
     * Sends a few payments that are not counted, and waits for them: Spark compiles its plans for the first events that
     * it sees, and that says nothing about how fresh features are.
     */
    private void rehearse() throws DemoException, InterruptedException, IOException {
        PipelineStatus before = PipelineStatus.read(workspace.pipelineStatus());
        TrafficStats rehearsed = new TrafficStats();
        try (TrafficClient client = client(rehearsed)) {
            awaitAnswers(client.send(new TimeLimited(simulated(REHEARSAL_RATE, "rehearsal"), REHEARSAL)));
        }
        long sent = rehearsed.snapshot().answered();
        boolean arrived = watch.until(
                () -> {
                    PipelineStatus now =
                            PipelineStatus.read(workspace.pipelineStatus()).since(before);
                    return now.eventsPublished() >= sent && now.authorizationsInDelta() >= sent;
                },
                DRAIN_LIMIT);
        if (!arrived) {
            throw DemoException.failed("the pipeline did not take up the first " + sent + " payments within "
                    + DRAIN_LIMIT.toMinutes() + " minutes; " + LogTail.of(workspace.log("feature-pipeline")));
        }
    }

    /**
     * Waits until everything that an earlier start on this directory left behind has arrived: after a kill, decided
     * payments lie in the outbox, and the history is behind the hub. What is counted afterwards is this start's alone.
     */
    private void settle(HubAudit hub) throws DemoException, InterruptedException {
        long[] before = {-1};
        boolean settled = watch.until(
                () -> {
                    long messages = hub.messagesSince(Map.of());
                    boolean still = messages == before[0];
                    before[0] = messages;
                    return still
                            && stack.probe().metrics().outbox() == 0
                            && PipelineStatus.read(workspace.pipelineStatus()).messagesRead() >= messages;
                },
                DRAIN_LIMIT);
        if (!settled) {
            line.say("events of an earlier start have not all arrived within " + DRAIN_LIMIT.toMinutes()
                    + " minutes; they are counted with this one's");
        }
    }

    /** Of the simulated cards; of a file's cards nothing is known beside the file. */
    private Issuer issuer() {
        if (!(settings.traffic() instanceof DemoSettings.Simulated simulated)) {
            return new Issuer(stack.documents(), List.of(), 0, Clock.systemUTC());
        }
        Simulator simulator = new Simulator(SimulationSettings.DEFAULT.withSeed(settings.seed()));
        return new Issuer(
                        stack.documents(),
                        simulator.references(Instant.now(), simulated.rate(), Issuer.MAX_REFERENCES),
                        simulated.rate(),
                        Clock.systemUTC())
                .start();
    }

    private TrafficClient client(TrafficListener listener) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port());
        return new TrafficClient(TrafficSettings.to(address, settings.apiKey()), listener, Clock.systemUTC());
    }

    private void traffic(Base base, Issuer issuer) throws DemoException, IOException, InterruptedException {
        DemoSettings.Traffic kind = settings.traffic();
        TrafficListener listener = kind instanceof DemoSettings.Simulated ? new TwoListeners(stats, issuer) : stats;
        try (CsvEvents file = kind instanceof DemoSettings.Replay replay ? open(replay) : null;
                TrafficClient client = client(listener)) {
            sending = client;
            CompletableFuture<Void> sent = kind == null ? new CompletableFuture<>() : client.send(limited(kind, file));
            long end = settings.duration() == null
                    ? Long.MAX_VALUE
                    : System.nanoTime()
                            + settings.duration()
                                    .plus(kind == null ? Duration.ZERO : SLACK)
                                    .toNanos();
            while (System.nanoTime() < end && !finished(sent, end)) {
                watch.check();
                if (watch.isStopping()) {
                    return;
                }
                show(base, issuer.written());
            }
            client.stop();
            if (kind != null) {
                awaitAnswers(sent);
            }
        }
    }

    private PaymentSource limited(DemoSettings.Traffic kind, @Nullable CsvEvents file) {
        PaymentSource source = source(kind, file);
        return settings.duration() == null ? source : new TimeLimited(source, settings.duration());
    }

    private PaymentSource source(DemoSettings.Traffic kind, @Nullable CsvEvents file) {
        if (kind instanceof DemoSettings.Replay replay && file != null) {
            return new ReplaySource(file, replay.pace(), row -> {
                if (rejectedRows.incrementAndGet() <= REJECTED_SHOWN) {
                    line.say("line " + row.line() + " is no payment: " + row.violations());
                }
            });
        }
        return simulated(((DemoSettings.Simulated) kind).rate(), "tx");
    }

    /** The ids hold the time of the start, so that they are new in a kept data directory. */
    private PaymentSource simulated(double rate, String prefix) {
        Instant now = Instant.now();
        Simulator simulator = new Simulator(SimulationSettings.DEFAULT.withSeed(settings.seed()));
        String start = Long.toString(now.toEpochMilli(), Character.MAX_RADIX);
        return new LiveSource(simulator.live(now, rate, prefix + "-" + start + "-"), rate);
    }

    private static CsvEvents open(DemoSettings.Replay replay) {
        return CsvEvents.open(replay.transactions(), CsvMapping.resolve(replay.mapping()));
    }

    /** Waits for the end of the traffic, at most until the next line is due. */
    private boolean finished(CompletableFuture<Void> sent, long endNanos) throws DemoException, InterruptedException {
        Duration refresh = terminal ? TERMINAL_REFRESH : PLAIN_REFRESH;
        try {
            sent.get(Math.min(refresh.toNanos(), endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw DemoException.failed("the traffic stopped: " + e.getCause(), e);
        }
    }

    private static void awaitAnswers(CompletableFuture<Void> sent) throws DemoException, InterruptedException {
        try {
            sent.get(LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw DemoException.failed(
                    "the service did not answer the last payments within " + LAST_ANSWERS.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw DemoException.failed("the traffic stopped: " + e.getCause(), e);
        }
    }

    private void show(Base base, long documents) throws IOException, InterruptedException {
        TrafficStats.Snapshot counts = stats.snapshot();
        PipelineStatus pipeline = PipelineStatus.read(workspace.pipelineStatus());
        ApiMetrics service;
        try {
            service = stack.probe().metrics().since(base.service());
        } catch (IOException e) {
            service = ApiMetrics.NONE; // busy; the next line will tell
        }
        long published = pipeline.eventsPublished() - base.pipeline().eventsPublished();
        long lag = Math.max(0, counts.answered() + documents - published);
        line.show(counts, stats.intervalLatency(), service, pipeline, lag, System.nanoTime());
    }

    /**
     * Waits until everything that was decided or written has arrived everywhere, then counts it.
     *
     * @param documents written to Cosmos DB, each one event
     */
    private DemoReport account(HubAudit hub, Base base, long documents)
            throws DemoException, IOException, InterruptedException {
        ApiMetrics service = stack.probe().metrics().since(base.service());
        line.say(String.format(
                "traffic ended; waiting for %,d events to arrive in the hub and in Delta", service.decided()));
        boolean arrived = watch.until(
                () -> {
                    PipelineStatus now = PipelineStatus.read(workspace.pipelineStatus());
                    long inDelta = now.authorizationsInDelta() - base.pipeline().authorizationsInDelta();
                    return inDelta >= service.decided()
                            && now.eventsPublished() - base.pipeline().eventsPublished() >= service.decided()
                            && hub.messagesSince(base.hub()) >= service.decided() + documents
                            && FeedStatus.read(workspace.feedStatus()).documents() >= documents
                            && accounted(now, base) >= hub.messagesSince(base.hub());
                },
                DRAIN_LIMIT);
        if (!arrived) {
            line.say("not everything arrived within " + DRAIN_LIMIT.toMinutes() + " minutes; the counts tell what did");
        }
        PipelineStatus pipeline =
                PipelineStatus.read(workspace.pipelineStatus()).since(base.pipeline());
        return new DemoReport(
                stats.snapshot(),
                service,
                hub.countSince(base.hub()),
                DeltaLog.rows(events()) - base.deltaRows(),
                pipeline,
                rejectedRows.get());
    }

    /** Messages of the hub of which the history says what became of them. */
    private long accounted(PipelineStatus now, Base base) throws IOException {
        PipelineStatus since = now.since(base.pipeline());
        return DeltaLog.rows(events()) - base.deltaRows() + since.duplicates() + since.quarantined();
    }

    private Path events() {
        return workspace.pipeline().resolve("delta").resolve("txn_events");
    }

    /** Ctrl-C: the payments first, so that none is sent to a service that has gone, then everything. */
    private void interrupted() {
        TrafficClient client = sending;
        if (client != null && !watch.isStopping()) {
            line.say("stopping");
            watch.stopping();
            client.stop();
        }
        stop();
    }

    /** Stops everything; a second call finds nothing to stop. */
    private synchronized void stop() {
        stack.close();
        try {
            workspace.close();
        } catch (IOException e) {
            line.say("could not remove " + workspace.root() + ": " + e.getMessage());
        }
    }
}
