package io.tollgate.api.policy;

import io.tollgate.api.decision.PolicyJudge;
import io.tollgate.api.policy.PolicyState.Version;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.policy.CompiledPolicy;
import io.tollgate.features.policy.PolicyFile;
import io.tollgate.features.yaml.YamlException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one policy file and the policy that was taken from it, for every feature set that is held.
 *
 * <p>A changed file is taken whole or not at all: it must compile for every set that is held, decide its examples as they
 * say, and bear a version of its own if its text differs from that of the policy in force, because answers and events
 * name the policy by its version. Otherwise the policy in force stays, and {@link #state} says why.
 *
 * <p>Thread-safe. Everything but {@link #state} may block for a second, reading and compiling: not for an event loop.
 */
public final class PolicyDesk {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyDesk.class);

    /** A bad policy is noticed within the next few; texts are kept, of at most some hundred kilobytes each. */
    private static final int KEPT = 5;

    private final String role;
    private final String nameOrPath;
    private final boolean required;
    private final Clock clock;
    private final Deque<Taken> previous = new ArrayDeque<>();
    /** Weak: a feature set that is no longer held takes its slot with it. */
    private final Set<PolicySlot> slots = Collections.newSetFromMap(new WeakHashMap<>());

    private @Nullable Taken active;
    private @Nullable FileStamp considered;
    private @Nullable FileStamp moving;
    private volatile PolicyState state;

    private record Taken(PolicyFile file, String version) {
        Version name() {
            return new Version(version, file.hash());
        }
    }

    private PolicyDesk(String role, String nameOrPath, boolean required, Clock clock) {
        this.role = role;
        this.nameOrPath = nameOrPath;
        this.required = required;
        this.clock = clock;
        this.state = new PolicyState(nameOrPath, null, clock.instant(), false, List.of(), null, 0, 0);
    }

    /**
     * Of the policy that decides.
     *
     * @param nameOrPath a file, or the name of the built-in policy
     */
    public static PolicyDesk live(String nameOrPath, Clock clock) {
        return new PolicyDesk("policy", nameOrPath, true, clock);
    }

    /** Of a policy that is tried out: one that cannot be used leaves its slots empty and stops nothing. */
    public static PolicyDesk shadow(String nameOrPath, Clock clock) {
        return new PolicyDesk("shadow policy", nameOrPath, false, clock);
    }

    public PolicyState state() {
        return state;
    }

    /**
     * A slot with the policy in force, for a feature set that is about to be served.
     *
     * @throws YamlException when the policy, or its examples, do not fit the features
     * @throws IllegalArgumentException when there is no such policy, or it does not decide its examples as they say
     */
    public synchronized PolicySlot slotFor(FeatureEngine engine) {
        PolicySlot slot = new PolicySlot(engine);
        try {
            Taken now = active;
            if (now == null) {
                considered = FileStamp.of(nameOrPath);
                PolicyFile file = PolicyFile.read(nameOrPath);
                CompiledPolicy policy = file.compile(engine.featureSet());
                slot.set(new PolicyJudge(policy, engine));
                active = new Taken(file, policy.version());
                changed(false);
            } else {
                slot.set(new PolicyJudge(now.file().compile(engine.featureSet()), engine));
            }
        } catch (YamlException | IllegalArgumentException | UncheckedIOException e) {
            if (required) {
                throw e;
            }
            refuse(String.valueOf(e.getMessage()));
        }
        slots.add(slot);
        return slot;
    }

    /**
     * Looks at the file, to be called about once a second. A change is taken when it has stood still from one call to the
     * next, so that a file that is being written is not read half.
     */
    public synchronized void poll() {
        if (considered == null) {
            return; // not read for the first time yet
        }
        FileStamp now = FileStamp.of(nameOrPath);
        if (now.equals(considered)) {
            moving = null;
            return;
        }
        if (!now.equals(moving)) {
            moving = now;
            return;
        }
        considered = now;
        moving = null;
        try {
            take(PolicyFile.read(nameOrPath));
        } catch (YamlException | IllegalArgumentException | UncheckedIOException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    private void take(PolicyFile file) {
        Taken now = active;
        if (now != null && now.file().text().equals(file.text())) {
            // Touched, or other examples: those are checked all the same.
            install(file);
            active = new Taken(file, now.version());
            changed(false);
            return;
        }
        Map<PolicySlot, PolicyJudge> compiled = compile(file);
        String version = version(compiled, file);
        if (now != null && now.version().equals(version)) {
            throw new IllegalArgumentException(nameOrPath + ": the text has changed but the version is still " + version
                    + "; give it a version of its own, by which answers and events can name it");
        }
        compiled.forEach(PolicySlot::set);
        if (now != null) {
            keep(now);
        }
        active = new Taken(file, version);
        LOG.info("{} {} is in force, from {}", role, version, nameOrPath);
        changed(false);
    }

    private void keep(Taken old) {
        previous.addFirst(old);
        if (previous.size() > KEPT) {
            previous.removeLast();
        }
    }

    private String version(Map<PolicySlot, PolicyJudge> compiled, PolicyFile file) {
        return compiled.values().stream()
                .findFirst()
                .map(PolicyJudge::version)
                .orElseThrow(() -> new IllegalArgumentException(file.source() + ": no feature set is served"));
    }

    private void install(PolicyFile file) {
        compile(file).forEach(PolicySlot::set);
    }

    /** For every set that is held, or for none. */
    private Map<PolicySlot, PolicyJudge> compile(PolicyFile file) {
        Map<PolicySlot, PolicyJudge> compiled = new HashMap<>();
        for (PolicySlot slot : slots) {
            compiled.put(slot, new PolicyJudge(file.compile(slot.engine().featureSet()), slot.engine()));
        }
        return compiled;
    }

    /**
     * Returns to the policy before, in this process and until the file changes again.
     *
     * @return null when done, otherwise why not
     */
    public synchronized @Nullable String rollBack() {
        Taken before = previous.peekFirst();
        if (before == null) {
            return "no policy was in force before this one; change the file instead";
        }
        try {
            install(before.file());
        } catch (YamlException | IllegalArgumentException e) {
            return "the policy before, " + before.version() + ", cannot be used any more: " + e.getMessage();
        }
        previous.removeFirst();
        active = before;
        LOG.warn("{} rolled back to {}; {} is not read again until it changes", role, before.version(), nameOrPath);
        changed(true);
        return null;
    }

    private void refuse(String problem) {
        Taken now = active;
        LOG.warn(
                "{} refused, {}: {}",
                role,
                now == null ? "there is none in force" : now.version() + " stays in force",
                problem);
        PolicyState old = state;
        state = new PolicyState(
                nameOrPath,
                old.active(),
                old.since(),
                old.rolledBack(),
                old.previous(),
                problem,
                old.taken(),
                old.refused() + 1);
    }

    private void changed(boolean rolledBack) {
        Taken now = active;
        List<Version> back = new ArrayList<>();
        previous.forEach(taken -> back.add(taken.name()));
        PolicyState old = state;
        state = new PolicyState(
                nameOrPath,
                now == null ? null : now.name(),
                clock.instant(),
                rolledBack,
                back,
                null,
                old.taken() + (rolledBack ? 0 : 1),
                old.refused());
    }
}
