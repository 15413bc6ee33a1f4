package io.tollgate.bench.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * CPU time of a process, by its threads' names, as Linux accounts it to the nanosecond ({@code
 * /proc/PID/task/TID/schedstat}, first number). The clock ticks of {@code /proc/PID/stat} would be too coarse for short
 * runs. Threads that end between two looks are not counted.
 *
 * @param nanosByThread keyed by the first 15 characters of the name, all that the kernel keeps; threads of the same name
 *     are added up
 */
record ProcessCpu(Map<String, Long> nanosByThread) {
    /** What {@code /proc} counts in, on any Linux. */
    private static final long TICK_NANOS = 10_000_000;

    /** After pid and name; the next field is the time in the kernel. */
    private static final int USER_TICKS = 11;

    /** Whether this machine keeps the accounts that are read here. */
    static boolean isAvailable() {
        return Files.isReadable(Path.of("/proc/self/schedstat"));
    }

    /** @throws UncheckedIOException when there is no such process */
    static ProcessCpu of(long pid) {
        Map<String, Long> nanos = new TreeMap<>();
        try {
            for (Path task : tasks(pid)) {
                read(task, nanos);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the CPU time of process " + pid, e);
        }
        return new ProcessCpu(nanos);
    }

    /**
     * CPU time of a process and of all that descend from it, by process and no finer than a hundredth of a second ({@code
     * /proc/PID/stat}): for servers whose threads come and go, which {@link #of} would lose with all that they ever spent.
     */
    static ProcessCpu ofTree(long pid) {
        Map<String, Long> nanos = new TreeMap<>();
        ProcessHandle root = ProcessHandle.of(pid)
                .orElseThrow(() -> new UncheckedIOException(new IOException("there is no process " + pid)));
        Stream.concat(Stream.of(root), root.descendants())
                .forEach(process -> nanos.put("process " + process.pid(), ticks(process.pid()) * TICK_NANOS));
        return new ProcessCpu(nanos);
    }

    private static long ticks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name, in parentheses, may hold spaces.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the CPU time of process " + pid, e);
        }
    }

    private static List<Path> tasks(long pid) throws IOException {
        try (Stream<Path> listing = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return new ArrayList<>(listing.toList());
        }
    }

    private static void read(Path task, Map<String, Long> nanos) throws IOException {
        try {
            String name = Files.readString(task.resolve("comm")).strip();
            String account = Files.readString(task.resolve("schedstat"));
            nanos.merge(name, Long.parseLong(account.substring(0, account.indexOf(' '))), Long::sum);
        } catch (NoSuchFileException e) {
            // A thread that has ended since the listing.
            nanos.merge("ended", 0L, Long::sum);
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            }
        }
    }

    /** Nanoseconds of all threads. */
    long total() {
        return nanosByThread.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What was spent since an earlier look. */
    ProcessCpu since(ProcessCpu earlier) {
        Map<String, Long> spent = new TreeMap<>();
        nanosByThread.forEach((thread, nanos) ->
                spent.put(thread, Math.max(0, nanos - earlier.nanosByThread.getOrDefault(thread, 0L))));
        return new ProcessCpu(spent);
    }

    /** Nanoseconds of the threads whose name begins with one of the words. */
    long of(String... beginnings) {
        return nanosByThread.entrySet().stream()
                .filter(thread -> Stream.of(beginnings).anyMatch(thread.getKey()::startsWith))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
