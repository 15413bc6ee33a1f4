package io.tollgate.pipeline.spark;

import org.apache.spark.sql.SparkSession;

/** Creates the sessions that the jobs run in. */
public final class SparkSessions {
    /**
     * Micro-batches kept in a checkpoint. The publisher makes about six a second; a thousand are enough to recover the
     * offset ranges of every batch after the last one recorded in {@code pipeline_runs}, which is seconds old.
     */
    private static final int BATCHES_TO_RETAIN = 1000;

    /**
     * Batches between two snapshots of the state, each of which makes RocksDB flush what it holds in memory: at six
     * batches a second one in a quarter of a minute. A restart applies at most that many change files.
     */
    private static final int DELTAS_FOR_SNAPSHOT = 100;

    private SparkSessions() {}

    /**
     * @param threads task slots on this machine, when no cluster manager gives a master
     * @param shufflePartitions state partitions; a checkpoint freezes the number for its lifetime
     */
    public record Size(int threads, int shufflePartitions) {
        public Size {
            if (threads < 1 || shufflePartitions < 1) {
                throw new IllegalArgumentException("threads and shuffle partitions must be at least 1");
            }
        }
    }

    /** A session for streaming; under {@code spark-submit} or Databricks the cluster's own settings win. */
    public static SparkSession streaming(String name, Size size) {
        return common(name, size)
                // Queries share the slots: a Delta append must not make the publisher wait for its whole stage.
                .config("spark.scheduler.mode", "FAIR")
                .config("spark.sql.streaming.noDataMicroBatches.enabled", "false")
                .config("spark.sql.streaming.minBatchesToRetain", Integer.toString(BATCHES_TO_RETAIN))
                // A micro-batch is over before a generated class has paid for its compilation.
                .config("spark.sql.codegen.wholeStage", "false")
                .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
                // Idle events drive the heartbeat, which promises a sign of life each second.
                .config("spark.sql.streaming.noDataProgressEventInterval", "500ms")
                .config(
                        "spark.sql.streaming.stateStore.providerClass",
                        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider")
                .config("spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled", "true")
                // Counting keys takes a look-up before each write.
                .config("spark.sql.streaming.stateStore.rocksdb.trackTotalNumberOfRows", "false")
                .config("spark.sql.streaming.stateStore.rocksdb.resetStatsOnLoad", "false")
                .config("spark.sql.streaming.stateStore.minDeltasForSnapshot", Integer.toString(DELTAS_FOR_SNAPSHOT))
                .config("spark.sql.streaming.stateStore.rocksdb.boundedMemoryUsage", "true")
                .config("spark.sql.streaming.stateStore.rocksdb.maxMemoryUsageMB", "256")
                .config("spark.sql.streaming.metricsEnabled", "false")
                // What Spark keeps for a web interface that is off is kept for few jobs and never brought up to date.
                .config("spark.ui.liveUpdate.period", "-1")
                .config("spark.ui.retainedJobs", "10")
                .config("spark.ui.retainedStages", "10")
                .config("spark.ui.retainedTasks", "100")
                .config("spark.sql.ui.retainedExecutions", "10")
                .config("spark.sql.streaming.kafka.useDeprecatedOffsetFetching", "false")
                .getOrCreate();
    }

    /** A session for jobs that read, compute, write and end. */
    public static SparkSession batch(String name, Size size) {
        return common(name, size).getOrCreate();
    }

    private static SparkSession.Builder common(String name, Size size) {
        SparkSession.Builder builder = SparkSession.builder()
                .appName(name)
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .config("spark.sql.shuffle.partitions", Integer.toString(size.shufflePartitions()))
                // The number of state partitions is a promise of the checkpoint, not the optimiser's to change.
                .config("spark.sql.adaptive.enabled", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.ui.enabled", "false")
                .config("spark.ui.showConsoleProgress", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.hadoop.fs.file.impl", PlainLocalFileSystem.class.getName())
                .config(
                        "spark.sql.streaming.checkpointFileManagerClass",
                        "org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager")
                .config("spark.sql.debug.maxToStringFields", "1000")
                // Small tables: one log replay task instead of fifty, and no second copy of the log in memory.
                .config("spark.databricks.delta.snapshotPartitions", "1")
                .config("spark.databricks.delta.stalenessLimit", "0")
                .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", "2");
        if (System.getProperty("spark.master") == null) {
            builder.master("local[" + size.threads() + "]");
        }
        return builder;
    }
}
