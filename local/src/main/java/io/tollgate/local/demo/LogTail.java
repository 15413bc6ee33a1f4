package io.tollgate.local.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The end of a log, for a message about a process that failed. */
public final class LogTail {
    /** A screenful: a stack trace's cause is in it. */
    private static final int LINES = 25;

    private static final int BYTES = 16 * 1024;

    private LogTail() {}

    /** Where the log is and how it ends. */
    public static String of(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            int size = (int) Math.min(BYTES, file.length());
            byte[] end = new byte[size];
            file.seek(file.length() - size);
            file.readFully(end);
            List<String> lines = Arrays.asList(new String(end, StandardCharsets.UTF_8).split("\n"));
            List<String> last = lines.subList(Math.max(0, lines.size() - LINES), lines.size());
            return "its log ends:\n  " + String.join("\n  ", last);
        } catch (IOException e) {
            return "it left no log";
        }
    }
}
