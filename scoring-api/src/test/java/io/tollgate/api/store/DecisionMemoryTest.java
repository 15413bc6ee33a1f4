package io.tollgate.api.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.api.decision.DecisionRecord;
import io.tollgate.features.Lookup;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DecisionMemoryTest {
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final long WRITER = 42;
    private static final long OTHER = 43;
    /** The smallest there is: an index of four slots, of which three are used. */
    private static final int TINY = 1_024;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    private DecisionMemory memory(int bytes, int stripes, ToLongFunction<byte[]> hash) {
        return new DecisionMemory(bytes, WINDOW, stripes, nanos::get, hash);
    }

    private DecisionMemory tiny() {
        return memory(TINY, 1, Arrays::hashCode);
    }

    private static DecisionRecord record(String answer) {
        return new DecisionRecord(
                new byte[16],
                WRITER,
                7,
                answer.getBytes(StandardCharsets.US_ASCII),
                List.of(Lookup.NOT_APPLICABLE),
                new double[] {1, 2.5},
                List.of());
    }

    private static byte[] bytes(String answer) {
        return record(answer).encode();
    }

    private static byte[] by(long writer, byte[] record) {
        byte[] changed = record.clone();
        DecisionRecord.setWriter(ByteBuffer.wrap(changed), writer);
        return changed;
    }

    @Test
    void get_findsWhatWasPut_underItsWriter() {
        DecisionMemory memory = tiny();

        memory.put("tx-1", bytes("yes"), OTHER);

        assertThat(memory.get("tx-1")).isEqualTo(record("yes").writtenBy(OTHER).encode());
        assertThat(memory.get("tx-2")).isNull();
    }

    @Test
    void get_givesNothing_onceTheWindowIsOver() {
        DecisionMemory memory = tiny();
        memory.put("tx-1", bytes("yes"), WRITER);

        nanos.addAndGet(WINDOW.toNanos() - 1);
        assertThat(memory.get("tx-1")).isNotNull();

        nanos.incrementAndGet();
        assertThat(memory.get("tx-1")).isNull();
        assertThat(memory.vouch("tx-1", record("yes"))).isFalse();
        assertThat(memory.putIfAbsent("tx-1", bytes("no"), WRITER)).isNull();
        assertThat(memory.get("tx-1")).isEqualTo(bytes("no"));
    }

    @Test
    void put_takesThePlaceOfWhatWasHeld_andItsTime() {
        DecisionMemory memory = tiny();
        memory.put("tx-1", bytes("yes"), WRITER);
        nanos.addAndGet(WINDOW.toNanos() - 1);

        memory.put("tx-1", bytes("a longer no"), WRITER);
        nanos.addAndGet(WINDOW.toNanos() - 1);

        assertThat(memory.get("tx-1")).isEqualTo(bytes("a longer no"));
    }

    @Test
    void putIfAbsent_leavesWhatIsHeld_andGivesIt() {
        DecisionMemory memory = tiny();

        assertThat(memory.putIfAbsent("tx-1", bytes("yes"), WRITER)).isNull();

        assertThat(memory.putIfAbsent("tx-1", bytes("no"), OTHER)).isEqualTo(bytes("yes"));
        assertThat(memory.get("tx-1")).isEqualTo(bytes("yes"));
    }

    @Test
    void vouch_changesTheWriterInPlace_ofThisDecisionOnly() {
        DecisionMemory memory = tiny();
        memory.put("tx-0", bytes("before"), DecisionRecord.NOBODY);
        memory.put("tx-1", bytes("yes"), DecisionRecord.NOBODY);
        memory.put("tx-2", bytes("after"), DecisionRecord.NOBODY);

        assertThat(memory.vouch("tx-1", record("no"))).isFalse();
        assertThat(memory.vouch("tx-1", record("yes, longer"))).isFalse();
        assertThat(memory.vouch("tx-3", record("yes"))).isFalse();
        assertThat(memory.get("tx-1")).isEqualTo(by(DecisionRecord.NOBODY, bytes("yes")));

        assertThat(memory.vouch("tx-1", record("yes"))).isTrue();
        assertThat(memory.get("tx-1")).isEqualTo(bytes("yes"));
        assertThat(memory.get("tx-0")).isEqualTo(by(DecisionRecord.NOBODY, bytes("before")));
        assertThat(memory.get("tx-2")).isEqualTo(by(DecisionRecord.NOBODY, bytes("after")));
    }

    @Test
    void put_forgetsTheOldest_whenTheIndexIsFull() {
        DecisionMemory memory = tiny();

        for (int i = 0; i < 4; i++) {
            memory.put("tx-" + i, bytes("" + i), WRITER);
        }

        assertThat(memory.get("tx-0")).isNull();
        for (int i = 1; i < 4; i++) {
            assertThat(memory.get("tx-" + i)).isEqualTo(bytes("" + i));
        }
    }

    @Test
    void put_forgetsTheOldest_whenTheRingIsFull() {
        DecisionMemory memory = tiny();
        byte[] half = bytes("a".repeat(400));

        memory.put("tx-0", half, WRITER);
        memory.put("tx-1", half, WRITER);
        memory.put("tx-2", half, WRITER);

        assertThat(memory.get("tx-0")).isNull();
        assertThat(memory.get("tx-1")).isEqualTo(half);
        assertThat(memory.get("tx-2")).isEqualTo(half);
    }

    @Test
    void put_holdsNeitherItNorTheOneBefore_whenARecordIsLargerThanTheRing() {
        DecisionMemory memory = tiny();
        memory.put("tx-0", bytes("zero"), WRITER);
        memory.put("tx-1", bytes("yes"), WRITER);

        memory.put("tx-1", bytes("a".repeat(TINY)), WRITER);

        assertThat(memory.get("tx-1")).isNull();
        assertThat(memory.get("tx-0")).isEqualTo(bytes("zero"));
    }

    @Test
    void memory_isRefused_whenItsRingsWouldBeTooSmallOrTooLarge() {
        assertThatThrownBy(() -> new DecisionMemory(TINY * 16L - 1, WINDOW))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DecisionMemory((1L << 34) + 16, WINDOW))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void secretHash_spreadsIds_overAllRings() {
        DecisionMemory memory = new DecisionMemory(1 << 20, WINDOW);

        for (int i = 0; i < 600; i++) {
            memory.put("tx-" + i, bytes("a".repeat(800)), WRITER);
        }

        // 1 MB has room for some 1,100 of these; one ring has for 74.
        long held = 0;
        for (int i = 0; i < 600; i++) {
            held += memory.get("tx-" + i) == null ? 0 : 1;
        }
        assertThat(held).isEqualTo(600);
    }

    /** Never a wrong answer; and a decision is only forgotten when those written since would fill the ring or the index. */
    @Test
    void memory_answersAsAMap_orHasForgottenTheOldest() {
        List<ToLongFunction<byte[]>> hashes =
                List.of(Arrays::hashCode, id -> 0, id -> id[id.length - 1] % 3, id -> id.length, id -> -1L - id.length);
        for (long seed = 1; seed <= 60; seed++) {
            Random random = new Random(seed);
            int bytes = TINY + random.nextInt(8 * TINY);
            compare(seed, random, bytes, memory(bytes, 1, hashes.get(random.nextInt(hashes.size()))));
        }
    }

    private void compare(long seed, Random random, int bytes, DecisionMemory memory) {
        Model model = new Model(bytes);
        int ids = 1 + random.nextInt(60);
        int largest = 1 + random.nextInt(bytes);
        for (int step = 0; step < 4_000; step++) {
            String id = "t".repeat(1 + random.nextInt(3)) + random.nextInt(ids);
            DecisionRecord decision = record("a".repeat(random.nextInt(largest)) + step);
            byte[] encoded = decision.encode();
            String where = "seed " + seed + ", step " + step;
            nanos.addAndGet(random.nextInt(100) == 0 ? WINDOW.toNanos() / 3 : 1);
            switch (random.nextInt(4)) {
                case 0 -> {
                    memory.put(id, encoded, OTHER);
                    model.put(id, by(OTHER, encoded), nanos.get());
                }
                case 1 -> {
                    byte[] standing = memory.putIfAbsent(id, encoded, OTHER);
                    model.check(where, id, standing, nanos.get());
                    if (standing == null) {
                        model.put(id, by(OTHER, encoded), nanos.get());
                    }
                }
                case 2 -> {
                    byte[] held = memory.get(id);
                    model.check(where, id, held, nanos.get());
                    assertThat(memory.vouch(id, decision)).as(where).isFalse();
                    if (held != null) {
                        DecisionRecord own = Objects.requireNonNull(DecisionRecord.decode(held))
                                .writtenBy(step);
                        assertThat(memory.vouch(id, own)).as(where).isTrue();
                        model.change(id, own.encode());
                    }
                }
                default -> model.check(where, id, memory.get(id), nanos.get());
            }
        }
    }

    /** Every id's last record, and how much was written since. */
    private static final class Model {
        /** What a put may take at the most beyond its record: the head of its entry. */
        private static final int HEAD = 17;

        private final int room;
        private final int slots;
        private final Map<String, Put> puts = new HashMap<>();
        private final List<Integer> sizes = new ArrayList<>();

        @SuppressWarnings("ArrayRecordComponent") // held, never compared as a record
        private record Put(byte[] bytes, long at, int number) {}

        Model(int bytes) {
            int index = Integer.highestOneBit(bytes / 256);
            this.slots = index - index / 4;
            this.room = bytes - 4 * index;
        }

        void put(String id, byte[] bytes, long now) {
            int size = HEAD + id.length() + bytes.length;
            if (size > room) {
                puts.remove(id);
                return;
            }
            puts.put(id, new Put(bytes, now, sizes.size()));
            sizes.add(size);
        }

        void change(String id, byte[] bytes) {
            puts.computeIfPresent(id, (same, before) -> new Put(bytes, before.at(), before.number()));
        }

        void check(String where, String id, byte @Nullable [] found, long now) {
            Put put = puts.get(id);
            if (found != null) {
                Put known = Objects.requireNonNull(put, where);
                assertThat(found).as(where).isEqualTo(known.bytes());
                assertThat(now - known.at()).as(where).isLessThan(WINDOW.toNanos());
            } else if (put != null && now - put.at() < WINDOW.toNanos()) {
                assertThat(mayBeForgotten(put)).as(where).isTrue();
                puts.remove(id);
            }
        }

        /** By those since, with what the largest of them may have left unused at the ring's end. */
        private boolean mayBeForgotten(Put put) {
            List<Integer> since = sizes.subList(put.number(), sizes.size());
            int largest = since.stream().mapToInt(i -> i).max().orElse(0);
            int sum = since.stream().mapToInt(i -> i).sum();
            return sum + largest > room || since.size() > slots;
        }
    }

    @Test
    void records_areWhole_whenThreadsPutAndGetAtOnce() throws Exception {
        DecisionMemory memory = memory(4 * TINY, 2, Arrays::hashCode);
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> found = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long seed = thread;
                found.add(executor.submit(() -> putAndGet(memory, new Random(seed))));
            }
            for (Future<Integer> each : found) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isPositive();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** An answer repeats its id and a letter: one made of two writes shows. */
    private static int putAndGet(DecisionMemory memory, Random random) {
        int found = 0;
        for (int i = 0; i < 50_000; i++) {
            String id = "tx-" + random.nextInt(10);
            String letter = String.valueOf((char) ('a' + random.nextInt(26)));
            memory.put(id, bytes(id + letter.repeat(1 + random.nextInt(300))), random.nextLong());
            String asked = "tx-" + random.nextInt(10);
            byte[] held = memory.get(asked);
            if (held != null) {
                String answer = new String(
                        Objects.requireNonNull(DecisionRecord.decode(held)).answer(), StandardCharsets.US_ASCII);
                assertThat(answer).startsWith(asked);
                assertThat(answer.substring(asked.length()).chars().distinct().count())
                        .isOne();
                found++;
            }
        }
        return found;
    }
}
