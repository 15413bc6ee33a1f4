/**
 * A stand-in for Azure Cosmos DB which the real SDK talks to. Start at {@link io.tollgate.local.cosmos.CosmosStandIn};
 * {@code Partition} holds the items and the rules, {@code Gateway} the HTTP. Imports the JDK, Jackson and {@code
 * local.net} only.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/cosmos-db/">the REST interface that it follows</a>
 */
@NullMarked
package io.tollgate.local.cosmos;

import org.jspecify.annotations.NullMarked;
