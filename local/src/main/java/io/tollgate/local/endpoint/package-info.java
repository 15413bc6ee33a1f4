/**
 * A model server for laptops and tests: serves a model directory over the HTTP interfaces of MLflow, Databricks Model
 * Serving and Azure ML, and misbehaves on demand. Start at {@link io.tollgate.local.endpoint.ModelEndpoint}. Imports
 * Netty, jackson-core and {@code io.tollgate.model.artifact}.
 */
@NullMarked
package io.tollgate.local.endpoint;

import org.jspecify.annotations.NullMarked;
