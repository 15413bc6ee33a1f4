package io.tollgate.api.policy;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the desks look at their files, on a thread of its own: compiling a policy takes a tenth of a second. */
public final class PolicyWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyWatch.class);

    /** Two looks from a changed file to its policy in force, and a look is two file attributes. */
    private static final int PERIOD_SECONDS = 1;

    private final ScheduledExecutorService executor;

    public PolicyWatch(List<PolicyDesk> desks, ThreadFactory factory) {
        executor = Executors.newSingleThreadScheduledExecutor(factory);
        for (PolicyDesk desk : desks) {
            var unused =
                    executor.scheduleWithFixedDelay(() -> look(desk), PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void look(PolicyDesk desk) {
        try {
            desk.poll();
        } catch (RuntimeException | Error e) {
            // Thrown on, it would end the watch without a word.
            LOG.error("a policy file could not be looked at; the policy in force stays", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
