package io.tollgate.bench.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a document that a program writes, between two comments that name it. */
final class MarkedSection {
    private MarkedSection() {}

    /**
     * Replaces what stands between {@code <!-- begin NAME -->} and {@code <!-- end NAME -->}.
     *
     * @throws IOException when the document does not have both
     */
    static void replace(Path document, String name, String text) throws IOException {
        String begin = "<!-- begin " + name + " -->\n";
        String end = "<!-- end " + name + " -->\n";
        String before = Files.readString(document);
        int from = before.indexOf(begin);
        int to = before.indexOf(end);
        if (from < 0 || to < from) {
            throw new IOException(document + " has no section '" + name + "'; put the two lines " + begin.strip()
                    + " and " + end.strip() + " where it shall stand");
        }
        Files.writeString(document, before.substring(0, from + begin.length()) + text + before.substring(to));
    }
}
