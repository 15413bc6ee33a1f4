/**
 * Calls the decision service from a payment system, within a deadline and with safe retries. Start at {@link
 * io.tollgate.client.TollgateClient}. Uses the JDK's HTTP client and Jackson, and nothing else of Tollgate: what is sent
 * and answered is the HTTP contract (/openapi.json), not the service's own types.
 */
@NullMarked
package io.tollgate.client;

import org.jspecify.annotations.NullMarked;
