/**
 * A model endpoint over HTTP: MLflow, Databricks Model Serving and Azure ML, on Netty event loops that the caller
 * shares with the rest of its network work.
 *
 * <p>Start at {@link io.tollgate.model.http.HttpEndpointCall}; {@link io.tollgate.model.http.EndpointSettings} says
 * where the endpoint is.
 *
 * <p>Imports Netty, jackson-core and {@code io.tollgate.model.call}. The client is a few hundred lines of our own
 * because a general one costs more CPU per call than the rest of an authorization; it speaks the least of HTTP/1.1 that
 * the three protocols need: POST, one response, keep-alive.
 */
@NullMarked
package io.tollgate.model.http;

import org.jspecify.annotations.NullMarked;
