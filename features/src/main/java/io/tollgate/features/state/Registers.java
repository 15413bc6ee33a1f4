package io.tollgate.features.state;

import io.tollgate.features.state.StatePlan.Register;
import io.tollgate.features.state.StatePlan.RegisterKind;
import java.util.Arrays;
import java.util.List;

/**
 * What is left of payments that no longer stand apart where a feature needs a single one of them: the first, the last,
 * the last amount, the last place. Registers are counted as the plan counts them.
 *
 * <p>Folding the same payments in any order gives the same registers. Mutable, confined to one thread.
 */
final class Registers {
    private final List<Register> plan;

    /** Instant of the payment, {@link GroupState#NEVER} when there is none. */
    private final long[] ms;

    /** Tells which of the payments of one instant it is: the one whose id has the greatest hash. */
    private final long[] tie;

    private final int[] latE7;
    private final int[] lonE7;
    private final long[] cents;

    Registers(List<Register> plan) {
        this.plan = plan;
        int size = plan.size();
        this.ms = new long[size];
        this.tie = new long[size];
        this.latE7 = new int[size];
        this.lonE7 = new int[size];
        this.cents = new long[size];
        clear();
    }

    void clear() {
        Arrays.fill(ms, GroupState.NEVER);
        Arrays.fill(tie, 0);
        Arrays.fill(latE7, Observation.NO_POSITION);
        Arrays.fill(lonE7, Observation.NO_POSITION);
        Arrays.fill(cents, 0);
    }

    /** Which payments a register is about. */
    Register plan(int register) {
        return plan.get(register);
    }

    boolean isEmpty(int register) {
        return ms[register] == GroupState.NEVER;
    }

    /** Milliseconds since the epoch, {@link GroupState#NEVER} when empty. */
    long ms(int register) {
        return ms[register];
    }

    /** Hundredths of the base currency's unit, {@link GroupState#NEVER} when empty. */
    long cents(int register) {
        return isEmpty(register) ? GroupState.NEVER : cents[register];
    }

    /** Degrees times 1e7, {@link Observation#NO_POSITION} when empty. */
    int latE7(int register) {
        return latE7[register];
    }

    int lonE7(int register) {
        return lonE7[register];
    }

    void fold(Observation o) {
        for (int i = 0; i < ms.length; i++) {
            Register register = plan.get(i);
            if (o.meets(register.filter())) {
                fold(i, register.kind(), o);
            }
        }
    }

    private void fold(int i, RegisterKind kind, Observation o) {
        switch (kind) {
            case LAST_TIME -> ms[i] = Math.max(ms[i], o.occurredMs());
            case FIRST_TIME -> ms[i] = isEmpty(i) ? o.occurredMs() : Math.min(ms[i], o.occurredMs());
            case LAST_AMOUNT -> {
                if (replaces(i, o)) {
                    cents[i] = o.amountCents();
                }
            }
            case LAST_POSITION -> {
                if (o.hasPosition() && replaces(i, o)) {
                    latE7[i] = o.latE7();
                    lonE7[i] = o.lonE7();
                }
            }
        }
    }

    /** Whether a payment is newer than the one that a register holds, whose place in time it then takes. */
    private boolean replaces(int i, Observation o) {
        long hash = o.idHash();
        boolean newer = o.occurredMs() > ms[i] || (o.occurredMs() == ms[i] && hash > tie[i]);
        if (newer) {
            ms[i] = o.occurredMs();
            tie[i] = hash;
        }
        return newer;
    }

    /** Instants as distances from the newest event, so that most take a byte or two; 0 for an empty register. */
    void write(long newestMs, ByteWriter out) {
        for (int i = 0; i < ms.length; i++) {
            if (isEmpty(i)) {
                out.varint(0);
                continue;
            }
            out.varint(newestMs - ms[i] + 1);
            RegisterKind kind = plan.get(i).kind();
            if (kind == RegisterKind.LAST_AMOUNT) {
                out.fixed64(tie[i]).varint(cents[i]);
            } else if (kind == RegisterKind.LAST_POSITION) {
                out.fixed64(tie[i]).fixed32(latE7[i]).fixed32(lonE7[i]);
            }
        }
    }

    /**
     * The counterpart of {@link #write}, into cleared registers.
     *
     * @throws CorruptStateException when the bytes are none that it wrote
     */
    void read(long newestMs, ByteReader in) {
        for (int i = 0; i < ms.length; i++) {
            long distance = in.varint();
            if (distance == 0) {
                continue;
            }
            ms[i] = newestMs - distance + 1;
            RegisterKind kind = plan.get(i).kind();
            if (kind == RegisterKind.LAST_AMOUNT) {
                tie[i] = in.fixed64();
                cents[i] = in.varint();
            } else if (kind == RegisterKind.LAST_POSITION) {
                tie[i] = in.fixed64();
                latE7[i] = in.fixed32();
                lonE7[i] = in.fixed32();
            }
        }
    }
}
