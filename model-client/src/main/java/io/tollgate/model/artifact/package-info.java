/**
 * A model as a directory: an MLflow model of the XGBoost flavour, written, read, evaluated and explained in plain Java.
 *
 * <p>Start at {@link io.tollgate.model.artifact.ModelArtifact#read} and, for the trainer, at
 * {@link io.tollgate.model.artifact.ModelArtifactWriter}.
 *
 * <p>The package runs on Spark's classpath too, so it imports the JDK, jackson-core 3 and snakeyaml-engine and nothing
 * else: no Netty, no Resilience4j, nothing of the packages beside it.
 */
@NullMarked
package io.tollgate.model.artifact;

import org.jspecify.annotations.NullMarked;
