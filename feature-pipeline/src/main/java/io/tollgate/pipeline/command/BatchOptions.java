package io.tollgate.pipeline.command;

import io.tollgate.pipeline.spark.SparkSessions;
import picocli.CommandLine.Option;

/** How much of the machine a job takes that reads, computes, writes and ends. */
public final class BatchOptions {
    /** At the least, so that a million payments' events are sorted in pieces that fit memory. */
    private static final int MIN_PARTITIONS = 8;

    @Option(
            names = "--threads",
            defaultValue = "0",
            description = "Task slots on this machine (default: its cores); a cluster's own number wins.")
    private int threads;

    /** With twice as many partitions as slots, and never few. */
    SparkSessions.Size size() {
        return size(Math.max(MIN_PARTITIONS, 2 * slots()));
    }

    SparkSessions.Size size(int partitions) {
        return new SparkSessions.Size(slots(), partitions);
    }

    private int slots() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }
}
