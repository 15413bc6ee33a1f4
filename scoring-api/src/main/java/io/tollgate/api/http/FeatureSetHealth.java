package io.tollgate.api.http;

import io.tollgate.api.sets.FleetSwitch;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Says in the readiness answer when this replica serves another feature set than its fleet. Still HTTP 200: it decides
 * well on the set it has, and taking every such replica away would turn a bad switch into an outage.
 */
public final class FeatureSetHealth implements HealthIndicator {
    private static final Status OUT_OF_STEP =
            new Status("OUT_OF_STEP", "serves another feature set than the fleet; GET /v1/feature-sets says why");

    private final FleetSwitch fleet;

    public FeatureSetHealth(FleetSwitch fleet) {
        this.fleet = fleet;
    }

    @Override
    public Health health() {
        return fleet.problem() == null
                ? Health.up().build()
                : Health.status(OUT_OF_STEP).build();
    }
}
