package io.tollgate.pipeline.sets;

import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.pipeline.command.RedisOptions;
import io.tollgate.pipeline.command.UsageException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes what a version has left in Redis. */
@Command(
        name = "retire",
        description = {
            "Delete a version's keys from Redis, in small steps.",
            "Touches keys fs:VERSION:… and the version's definition. Refuses the active version, and one whose"
                    + " publisher is still at work. Without this command the keys go by their own times to live."
        })
public final class RetireCommand implements Callable<Integer> {
    private static final Pattern VERSION = Pattern.compile("v[0-9]{1,4}");

    /** A publisher at work beats at least every few seconds. */
    private static final Duration QUIET = Duration.ofSeconds(15);

    @Parameters(paramLabel = "VERSION", description = "As in v3.")
    private String version = "";

    @Option(names = "--dry-run", description = "Count the keys, delete nothing.")
    private boolean dryRun;

    @Mixin
    private RedisOptions redis = new RedisOptions();

    private final Clock clock = Clock.systemUTC();

    @Override
    public Integer call() {
        if (!VERSION.matcher(version).matches()) {
            throw new UsageException("'" + version + "' is no version; give one such as v3");
        }
        try (SetStore store = new SetStore(redis.target())) {
            requireInactive(store.active());
            requireQuiet(store);
            AtomicLong keys = new AtomicLong();
            store.scan(version, found -> {
                keys.addAndGet(found.size());
                if (!dryRun) {
                    store.unlink(found);
                }
                return true;
            });
            if (!dryRun) {
                store.unregister(version);
            }
            System.out.printf(
                    Locale.ROOT,
                    dryRun
                            ? "%,d keys of %s in redis at %s would be deleted%n"
                            : "%,d keys of %s deleted from redis at %s%n",
                    keys.get(),
                    version,
                    store.where());
        }
        return 0;
    }

    private void requireInactive(@Nullable ActiveFeatureSet fleet) {
        if (fleet == null) {
            throw new UsageException(
                    "which version is active is not written down: the fleet was never switched; activate"
                            + " the one to keep first (./tollgate feature-set activate VERSION)");
        }
        if (fleet.active().version().equals(version)) {
            throw new UsageException(version + " is active; activate another version first");
        }
    }

    private void requireQuiet(SetStore store) {
        long newest = store.progress("fs:" + version + ":progress").values().stream()
                .map(beat -> beat.split(":", -1))
                .filter(parts -> parts.length == 3 && parts[1].matches("[0-9]{1,18}"))
                .mapToLong(parts -> Long.parseLong(parts[1]))
                .max()
                .orElse(0);
        long ageMs = clock.millis() - newest;
        if (ageMs < QUIET.toMillis()) {
            throw new UsageException("the publisher of " + version + " is at work (it wrote " + Math.max(0, ageMs)
                    + " ms ago); stop it first, or it writes the keys again");
        }
    }
}
