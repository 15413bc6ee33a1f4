package io.tollgate.api.outbox;

import io.tollgate.api.outbox.OutboxSettings.AtBound;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log on the local disk between deciding and publishing: an event is in it before the payment is answered, and leaves it
 * when the broker has acknowledged it.
 *
 * <p>Appending copies into a mapped page under a short lock; it makes no system call except once per segment when the
 * maintenance thread has not prepared a spare in time, and none while the disk is full. One thread reads and acknowledges. A logical offset names a byte
 * for ever: segment files are called by the offset at which they start.
 *
 * <p>What a kill leaves: whole entries (they are in the page cache) and at most one torn entry per segment, which was
 * never acknowledged to anybody and is erased at the next start.
 */
public final class Outbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final OutboxSettings settings;
    private final Clock clock;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private final Cursor cursor;
    private final SegmentFiles files;
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();

    private final ReentrantLock appendLock = new ReentrantLock();
    private final ByteBuffer scratch = ByteBuffer.allocate(OutboxRecord.MAX_BYTES);
    private final CRC32C appendCrc = new CRC32C();
    private Segment active;
    private int activePosition;

    private volatile long appendedOffset;
    private volatile long activeEnd;
    private volatile long oldestUnsentMs = Long.MAX_VALUE;
    private final AtomicLong appended = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final SetAside setAside;

    private Outbox(OutboxSettings settings, Clock clock, FileChannel lockChannel, FileLock lock) throws IOException {
        this.settings = settings;
        this.clock = clock;
        this.lockChannel = lockChannel;
        this.lock = lock;
        this.cursor = new Cursor(settings.directory().resolve("cursor"));
        this.files = new SegmentFiles(settings.directory(), settings.segmentBytes());
        this.setAside = new SetAside(settings.directory().resolve("set-aside.jsonl"), settings.segmentBytes());
        this.active = recover();
        this.appendedOffset = active.baseOffset() + activePosition;
        this.activeEnd = active.baseOffset() + active.capacity();
        files.prepareSpare();
    }

    /**
     * Opens the outbox and finds what an earlier process left.
     *
     * @throws IOException when the directory cannot be used, or belongs to a running process
     */
    public static Outbox open(OutboxSettings settings, Clock clock) throws IOException {
        Files.createDirectories(settings.directory());
        Path lockFile = settings.directory().resolve("lock");
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new OverlappingFileLockException();
            }
            return new Outbox(settings, clock, channel, lock);
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("the outbox " + settings.directory()
                    + " belongs to a running process; give each instance its own directory (TOLLGATE_OUTBOX_DIR)");
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private Segment recover() throws IOException {
        long waiting = 0;
        CRC32C crc = new CRC32C();
        Segment last = null;
        int end = 0;
        for (Segment segment : files.open()) {
            last = segment;
            segments.put(last.baseOffset(), last);
            end = 0;
            for (ByteBuffer entry = last.read(0, crc); entry != null; entry = last.read(end, crc)) {
                int size = Segment.entrySize(entry.remaining());
                if (last.baseOffset() + end >= cursor.get()) {
                    waiting++;
                    oldestUnsentMs =
                            Math.min(oldestUnsentMs, OutboxRecord.decode(entry).timeMs());
                }
                end += size;
            }
        }
        if (last == null) {
            Segment first = files.create(cursor.get());
            segments.put(first.baseOffset(), first);
            return first;
        }
        last.zeroFrom(end);
        activePosition = end;
        if (cursor.get() > last.baseOffset() + end) {
            // The machine lost power: the cursor's page reached the device, those of the events did not.
            cursor.set(last.baseOffset() + end);
        }
        appended.set(waiting);
        if (waiting > 0) {
            LOG.info("outbox: {} events of an earlier run wait to be sent", waiting);
        }
        return last;
    }

    /**
     * Whether an event appended now would find room: to be asked before deciding where the setting is to refuse.
     */
    public boolean accepting() {
        return answersWithoutEvent() || (!atBound() && hasRoomAhead());
    }

    /** Whether the setting at the bound is to answer although the event is not kept. */
    public boolean answersWithoutEvent() {
        return settings.atBound() == AtBound.KEEP_DECIDING;
    }

    /**
     * Whether what is being decided now will find room on the disk: a whole segment is ready, or half of one is left,
     * hundreds of events while as many are under way.
     */
    private boolean hasRoomAhead() {
        return files.hasSpare() || activeEnd - appendedOffset > settings.segmentBytes() / 2;
    }

    private boolean atBound() {
        long unsent = appendedOffset - cursor.get();
        return unsent + settings.segmentBytes() > settings.maxBytes() - settings.segmentBytes()
                || oldestAgeMs() > settings.maxAge().toMillis();
    }

    /**
     * Whether an event is turned away. Where the setting is to refuse, payments are refused before they are decided: what
     * was accepted a moment before the bound was met finds room in the segment that the bound leaves free.
     */
    private boolean turnsAway() {
        return settings.atBound() == AtBound.KEEP_DECIDING
                ? atBound()
                : unsentBytes() + settings.segmentBytes() > settings.maxBytes();
    }

    /**
     * Appends an event. Thread-safe.
     *
     * @return false when the outbox is at its bound or the disk is full: the event is counted and not kept
     */
    public boolean append(OutboxRecord event) {
        int size = event.size();
        if (size > OutboxRecord.MAX_BYTES || turnsAway()) {
            refused.incrementAndGet();
            return false;
        }
        appendLock.lock();
        try {
            if (!active.fits(activePosition, size) && !roll()) {
                refused.incrementAndGet();
                return false;
            }
            scratch.clear();
            event.encode(scratch);
            scratch.flip();
            if (oldestUnsentMs == Long.MAX_VALUE) {
                oldestUnsentMs = event.timeMs();
            }
            try {
                active.write(activePosition, scratch, appendCrc);
            } catch (InternalError e) {
                // How the JVM reports a page that the disk cannot hold; nothing of the entry counts without its length.
                files.noRoom(e);
                refused.incrementAndGet();
                return false;
            }
            activePosition += Segment.entrySize(size);
            appendedOffset = active.baseOffset() + activePosition;
            appended.incrementAndGet();
            return true;
        } finally {
            appendLock.unlock();
        }
    }

    /** Under the append lock. */
    private boolean roll() {
        long base = active.baseOffset() + active.capacity();
        try {
            Segment next = files.create(base);
            segments.put(base, next);
            active = next;
            activePosition = 0;
            appendedOffset = base;
            activeEnd = base + next.capacity();
            return true;
        } catch (IOException e) {
            files.noRoom(e);
            return false;
        }
    }

    /** Makes the next segment's file ahead of its use, if the disk has room. Called by the maintenance thread. */
    void prepareSpare() {
        files.prepareSpare();
    }

    /** Forces what was written to the device. Called by the maintenance thread. */
    void sync() {
        // The segment before the active one may have been filled since the last call.
        Map.Entry<Long, Segment> last = segments.lastEntry();
        Map.Entry<Long, Segment> before = last == null ? null : segments.lowerEntry(last.getKey());
        if (before != null) {
            before.getValue().force();
        }
        if (last != null) {
            last.getValue().force();
        }
    }

    /** Everything before it has reached the broker, or was set aside. */
    long acknowledgedOffset() {
        return cursor.get();
    }

    /** A reader that starts behind the last acknowledged event. One at a time. */
    Reader reader() {
        return new Reader(cursor.get());
    }

    /**
     * Everything before {@code offset} has reached the broker. Confined to the sender.
     *
     * @param oldestMs the time of the oldest event still unacknowledged, {@link Long#MAX_VALUE} when there is none
     */
    void acknowledge(long offset, int events, long oldestMs) {
        cursor.set(offset);
        acknowledged.addAndGet(events);
        appendLock.lock();
        try {
            oldestUnsentMs = offset == appendedOffset ? Long.MAX_VALUE : oldestMs;
        } finally {
            appendLock.unlock();
        }
        for (Map.Entry<Long, Segment> first = segments.firstEntry();
                first != null && first.getKey() + first.getValue().capacity() <= offset;
                first = segments.firstEntry()) {
            segments.remove(first.getKey());
            try {
                first.getValue().delete();
            } catch (IOException e) {
                LOG.warn("outbox: cannot delete a shipped segment, it is deleted at the next start: {}", e.toString());
            }
        }
    }

    /**
     * Keeps an event that the hub will never take where somebody can look at it, so that it no longer stands in the way of
     * those behind it; to be acknowledged then. Confined to the sender.
     *
     * @throws IOException when there is no room for it
     */
    void setAside(OutboxRecord event) throws IOException {
        setAside.add(event);
    }

    /** Events set aside since the start. */
    public long setAsideEvents() {
        return setAside.count();
    }

    /** Events appended and not yet acknowledged, those of earlier runs included. */
    public long depth() {
        return Math.max(0, appended.get() - acknowledged.get());
    }

    /** Milliseconds that the oldest unacknowledged event has waited; 0 when there is none. */
    public long oldestAgeMs() {
        long oldest = oldestUnsentMs;
        return oldest == Long.MAX_VALUE ? 0 : Math.max(0, clock.millis() - oldest);
    }

    /** Bytes between the last acknowledged event and the end. */
    public long unsentBytes() {
        return appendedOffset - cursor.get();
    }

    /** Whether the disk has refused a new segment, and has not taken one since. */
    public boolean diskFull() {
        return files.isFull();
    }

    /** Events that found no room since the start. */
    public long refusedEvents() {
        return refused.get();
    }

    /** Events acknowledged by the broker since the start. */
    public long acknowledgedEvents() {
        return acknowledged.get();
    }

    @Override
    public void close() throws IOException {
        sync();
        lock.release();
        lockChannel.close();
    }

    /** Walks over entries in order. Confined to the sender. */
    final class Reader {
        private final CRC32C crc = new CRC32C();
        private long offset;

        private Reader(long offset) {
            this.offset = offset;
        }

        /** Where the next entry starts. */
        long offset() {
            return offset;
        }

        /** The next event, or null when all were read. */
        @Nullable
        OutboxRecord next() {
            while (offset < appendedOffset) {
                Map.Entry<Long, Segment> entry = segments.floorEntry(offset);
                if (entry == null || offset >= entry.getKey() + entry.getValue().capacity()) {
                    // A segment is missing (somebody deleted it): go on with the next that is there.
                    Map.Entry<Long, Segment> later = segments.ceilingEntry(offset);
                    LOG.error("outbox: no segment holds offset {}, events before {} are lost", offset, later);
                    offset = later == null ? appendedOffset : later.getKey();
                    continue;
                }
                Segment segment = entry.getValue();
                ByteBuffer payload = segment.read((int) (offset - segment.baseOffset()), crc);
                if (payload == null) {
                    offset = segment.baseOffset() + segment.capacity();
                    continue;
                }
                offset += Segment.entrySize(payload.remaining());
                return OutboxRecord.decode(payload);
            }
            return null;
        }
    }
}
