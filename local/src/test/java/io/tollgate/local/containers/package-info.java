/**
 * The backends as Docker containers, for those who want the integration tests to run on them ({@code mvn -P containers
 * verify}). Among the tests, so that the product does not depend on Testcontainers. Start at {@link
 * io.tollgate.local.containers.ContainerBackends}.
 */
@NullMarked
package io.tollgate.local.containers;

import org.jspecify.annotations.NullMarked;
