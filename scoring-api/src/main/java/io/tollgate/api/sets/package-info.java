/**
 * Which feature set is served, and how all replicas change over without a restart. Start at {@link
 * io.tollgate.api.sets.FleetSwitch}. Knows no HTTP and no Spring; everything here but {@link
 * io.tollgate.api.sets.LoadedSets#active} runs off the request path.
 */
@NullMarked
package io.tollgate.api.sets;

import org.jspecify.annotations.NullMarked;
