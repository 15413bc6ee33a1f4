package io.tollgate.features.state;

import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.state.StatePlan.Register;
import io.tollgate.features.state.StatePlan.RegisterKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one group remembers of one entity: the newest payments as they were, everything older summarised.
 *
 * <p>Folding the same set of events in any order, any of them twice within the declared lateness, gives the same state
 * and the same bytes. Features are asked as of a payment (its instant and its id); what does not precede it in the
 * order of events is left out, as far as it still stands apart.
 *
 * <p>Mutable, confined to one thread; reusable through {@link #clear}.
 */
public final class GroupState {
    /** No instant, and no amount. */
    public static final long NEVER = Long.MIN_VALUE;

    final StatePlan plan;
    long newestMs;
    final Tiles tiles;
    final SeenValues[] seen;
    final SeenIds ids = new SeenIds();
    final Registers registers;

    @Nullable
    ReferenceRecord reference;

    private Observation[] recent = new Observation[4];
    private int recentSize;

    public GroupState(StatePlan plan) {
        this.plan = plan;
        this.tiles = new Tiles(plan);
        this.seen = plan.seen.stream().map(SeenValues::new).toArray(SeenValues[]::new);
        this.registers = new Registers(plan.registers);
        clear();
    }

    /** Forgets everything. */
    public void clear() {
        newestMs = NEVER;
        tiles.clear();
        for (SeenValues values : seen) {
            values.clear();
        }
        ids.clear();
        registers.clear();
        reference = null;
        recentSize = 0;
    }

    /** Whether nothing was ever folded in. */
    public boolean isEmpty() {
        return newestMs == NEVER && reference == null;
    }

    /** Event time of the newest event, milliseconds since the epoch; {@link Long#MIN_VALUE} for an empty state. */
    public long asOfMs() {
        ReferenceRecord known = reference;
        return known == null ? newestMs : Math.max(newestMs, known.validFromMs());
    }

    /**
     * Folds in a payment of which it is not known whether it was folded in before, into a state read from a blob: those
     * that were are told by their ids as far back as payments stand apart, and what is older counts as folded in, because
     * an entity's payments are folded in nearly in their order.
     *
     * @return whether it counts now and did not before
     */
    public boolean foldIfMissing(Observation o) {
        if (newestMs != NEVER) {
            boolean full = recentSize == plan.recent;
            long apartSince = newestMs - StatePlan.RECENT_HORIZON_MS;
            if (o.timeMs() <= apartSince || (full && recent[0].compareOrder(o.timeMs(), o.outcome(), o.id()) > 0)) {
                return false;
            }
        }
        return fold(o);
    }

    /**
     * Folds an event in.
     *
     * @return false when it was folded in before
     */
    public boolean fold(Observation o) {
        if (isDuplicate(o)) {
            return false;
        }
        newestMs = Math.max(newestMs, o.timeMs());
        insertRecent(o);
        demoteOld();
        long newestSecond = newestSecond();
        tiles.advance(newestSecond);
        for (SeenValues values : seen) {
            values.advance(newestSecond);
        }
        ids.trim(newestMs - plan.latenessMs, StatePlan.MAX_IDS);
        return true;
    }

    /**
     * Replaces the reference data when {@code candidate} is newer.
     *
     * @return false when it is not
     */
    public boolean fold(ReferenceRecord candidate) {
        ReferenceRecord known = reference;
        if (known != null && known.compareTo(candidate) >= 0) {
            return false;
        }
        reference = candidate;
        return true;
    }

    public @Nullable ReferenceRecord reference() {
        return reference;
    }

    /**
     * Sums a window as of a payment into {@link WindowScan#totals}. Payments count when their tile lies in it, see {@link
     * io.tollgate.features.spec.Window}. Cheapest when the windows of one delay come in the order of their length.
     */
    public void sum(long atMs, String id, long lengthMs, long delayMs, long tileSeconds, WindowScan scan) {
        long tail = tailSecond(atMs, lengthMs + delayMs, tileSeconds);
        long head = headSecond(atMs, delayMs, tileSeconds);
        tiles.sum(tail, head, scan);
        addRecent(atMs, id, tail, delayMs == 0 ? Long.MAX_VALUE : head, scan);
    }

    /**
     * The same for a window whose tiles were summed while they were decoded.
     *
     * @param window its number in {@code rings}
     */
    public void sum(long atMs, String id, boolean delayed, WindowRings rings, int window, WindowScan scan) {
        rings.copySums(window, scan.totals);
        addRecent(atMs, id, rings.tail(window), delayed ? rings.head() : Long.MAX_VALUE, scan);
    }

    private void addRecent(long atMs, String id, long tail, long head, WindowScan scan) {
        for (int i = recentSize - 1; i >= 0; i--) {
            Observation o = recent[i];
            if (o.second() >= tail && o.second() < head && o.compareOrder(atMs, false, id) < 0) {
                Rows.add(plan, scan.totals, 0, o);
            }
        }
    }

    /** Adds the current payment to totals that it is to be part of. */
    public void addCurrent(Observation current, WindowScan scan) {
        Rows.add(plan, scan.totals, 0, current);
    }

    /** The second that a window ends before: the one behind the payment's own, or, delayed, a whole tile's start. */
    static long headSecond(long atMs, long delayMs, long tileSeconds) {
        return delayMs == 0
                ? Math.floorDiv(atMs, 1000L) + 1
                : Ladder.floor(Math.floorDiv(atMs - delayMs, 1000L) + 1, tileSeconds);
    }

    /** The first whole tile after the window's tail, in seconds. */
    static long tailSecond(long atMs, long reachMs, long tileSeconds) {
        return Math.floorDiv(atMs - reachMs, tileSeconds * 1000) * tileSeconds + tileSeconds;
    }

    /**
     * Different values in (at - length, at), to the second: exact up to the declared limit, then an estimate.
     *
     * @param current counted as well unless null
     */
    public long distinct(int seenIndex, long atMs, String id, long lengthMs, @Nullable Observation current) {
        StatePlan.Seen what = plan.seen.get(seenIndex);
        SeenValues values = seen[seenIndex];
        long tail = tailSecond(atMs, lengthMs, 1);
        double count = values.countSince(tail);
        for (int i = 0; i < recentSize; i++) {
            if (isSighting(recent[i], what, tail, atMs, id)) {
                count += beyondSummary(recent[i].seen(what.index()), i, what, values, tail, atMs, id);
            }
        }
        if (current != null && hasValue(seenIndex, current)) {
            count += beyondSummary(current.seen(what.index()), recentSize, what, values, tail, atMs, id);
        }
        return Math.round(count);
    }

    /**
     * What a value that stands apart adds to the summary's count. It is certain, so it takes the place of whatever the
     * same value stands for in the summary; once, if several of the first {@code before} recent payments have it.
     */
    private double beyondSummary(
            long hash, int before, StatePlan.Seen what, SeenValues values, long tail, long atMs, String id) {
        double weight = values.weightSince(hash, tail);
        return weight == 1 || isAmongRecent(hash, before, what, tail, atMs, id) ? 0 : 1 - weight;
    }

    /** Whether the current payment has a value that counts for the field. */
    public boolean hasValue(int seenIndex, Observation current) {
        StatePlan.Seen what = plan.seen.get(seenIndex);
        return current.meets(what.filter()) && current.seen(what.index()) != 0;
    }

    /** Whether the current payment's value was seen in (at - length, at), as far as it is remembered. */
    public boolean wasSeen(int seenIndex, Observation current, long lengthMs) {
        StatePlan.Seen what = plan.seen.get(seenIndex);
        long tail = tailSecond(current.timeMs(), lengthMs, 1);
        long hash = current.seen(what.index());
        return seen[seenIndex].weightSince(hash, tail) > 0
                || isAmongRecent(hash, recentSize, what, tail, current.timeMs(), current.id());
    }

    private boolean isSighting(Observation o, StatePlan.Seen what, long tail, long atMs, String id) {
        return !o.outcome()
                && o.meets(what.filter())
                && o.seen(what.index()) != 0
                && o.second() >= tail
                && o.compareOrder(atMs, false, id) < 0;
    }

    /** Whether one of the first {@code before} recent payments has the value. */
    private boolean isAmongRecent(long hash, int before, StatePlan.Seen what, long tail, long atMs, String id) {
        for (int i = 0; i < before; i++) {
            if (recent[i].seen(what.index()) == hash && isSighting(recent[i], what, tail, atMs, id)) {
                return true;
            }
        }
        return false;
    }

    /** Instant of the newest payment before (at, id), or {@link Long#MIN_VALUE}. */
    public long lastMs(int register, long atMs, String id) {
        Observation newest = newestRecent(registers.plan(register), atMs, id);
        return newest == null ? registers.ms(register) : Math.max(newest.occurredMs(), registers.ms(register));
    }

    /** Amount of the newest payment before (at, id) in hundredths, or {@link #NEVER}. */
    public long lastCents(int register, long atMs, String id) {
        Observation newest = newestRecent(registers.plan(register), atMs, id);
        return newest == null ? registers.cents(register) : newest.amountCents();
    }

    /** Instant of the oldest payment before (at, id), or {@link Long#MIN_VALUE}. */
    public long firstMs(int register, long atMs, String id) {
        if (!registers.isEmpty(register)) {
            return registers.ms(register);
        }
        int filter = registers.plan(register).filter();
        for (int i = 0; i < recentSize; i++) {
            Observation o = recent[i];
            if (!o.outcome() && o.meets(filter) && o.compareOrder(atMs, false, id) < 0) {
                return o.occurredMs();
            }
        }
        return NEVER;
    }

    /** Kilometres from the newest payment with a position before the current one; NaN without both. */
    public double kmFromLast(int register, Observation current) {
        if (!current.hasPosition()) {
            return Double.NaN;
        }
        Observation newest = newestRecent(registers.plan(register), current.timeMs(), current.id());
        int latE7 = newest == null ? registers.latE7(register) : newest.latE7();
        int lonE7 = newest == null ? registers.lonE7(register) : newest.lonE7();
        if (latE7 == Observation.NO_POSITION) {
            return Double.NaN;
        }
        return GeoPoint.distanceKm(
                Observation.fromE7(latE7),
                Observation.fromE7(lonE7),
                Observation.fromE7(current.latE7()),
                Observation.fromE7(current.lonE7()));
    }

    private @Nullable Observation newestRecent(Register register, long atMs, String id) {
        for (int i = recentSize - 1; i >= 0; i--) {
            Observation o = recent[i];
            boolean counts = !o.outcome()
                    && o.meets(register.filter())
                    && (register.kind() != RegisterKind.LAST_POSITION || o.hasPosition());
            if (counts && o.compareOrder(atMs, false, id) < 0) {
                return o;
            }
        }
        return null;
    }

    /**
     * Reads what the next evaluation will read and nothing else. In the order of time each payment wakes another entity,
     * whose state is far from the processor; touched one after another, many are fetched at once.
     *
     * @return a number without a meaning, so that the reads are not optimised away
     */
    public long touch() {
        return newestMs + tiles.touch() + (recentSize == 0 ? 0 : recent[recentSize - 1].second());
    }

    int recentSize() {
        return recentSize;
    }

    Observation recent(int i) {
        return recent[i];
    }

    /** The decoder's way in: the order is that of the bytes. */
    void appendRecent(Observation o) {
        insertRecent(o);
    }

    long newestSecond() {
        return Math.floorDiv(newestMs, 1000L);
    }

    private boolean isDuplicate(Observation o) {
        for (int i = recentSize - 1; i >= 0; i--) {
            if (recent[i].timeMs() < o.timeMs()) {
                break;
            }
            if (recent[i].id().equals(o.id()) && recent[i].timeMs() == o.timeMs()) {
                return true;
            }
        }
        return ids.size() > 0 && ids.contains(o.timeMs(), o.idHash());
    }

    private void insertRecent(Observation o) {
        if (recentSize == recent.length) {
            recent = Arrays.copyOf(recent, recentSize * 2);
        }
        int at = recentSize;
        while (at > 0 && recent[at - 1].compareOrder(o.timeMs(), o.outcome(), o.id()) > 0) {
            recent[at] = recent[at - 1];
            at--;
        }
        recent[at] = o;
        recentSize++;
    }

    private void demoteOld() {
        int demoted = 0;
        while (recentSize - demoted > plan.recent
                || recent[demoted].timeMs() <= newestMs - StatePlan.RECENT_HORIZON_MS) {
            summarise(recent[demoted]);
            demoted++;
        }
        if (demoted > 0) {
            recentSize -= demoted;
            System.arraycopy(recent, demoted, recent, 0, recentSize);
        }
    }

    private void summarise(Observation o) {
        if (o.timeMs() > newestMs - plan.latenessMs) {
            ids.add(o.timeMs(), o.idHash());
        }
        if (plan.columns > 0) {
            tiles.add(o, newestSecond());
        }
        if (o.outcome()) {
            return;
        }
        for (int i = 0; i < seen.length; i++) {
            StatePlan.Seen what = plan.seen.get(i);
            long hash = o.seen(what.index());
            if (hash != 0 && o.meets(what.filter())) {
                seen[i].add(hash, o.second());
            }
        }
        registers.fold(o);
    }
}
