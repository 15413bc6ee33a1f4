package io.tollgate.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ApiMetricsTest {
    private static final String PAGE = """
            # HELP tollgate_features_lookups_total groups of features read, by what was found
            # TYPE tollgate_features_lookups_total counter
            tollgate_features_lookups_total{cause="",group="card:activity",outcome="hit"} 70.0
            tollgate_features_lookups_total{cause="",group="device:activity",outcome="hit"} 20.0
            tollgate_features_lookups_total{cause="",group="card:activity",outcome="stale"} 5.0
            tollgate_features_lookups_total{cause="NEW_ENTITY",group="card:activity",outcome="miss"} 4.0
            tollgate_features_lookups_total{cause="NEW_ENTITY",group="ip:activity",outcome="miss"} 1.0
            tollgate_features_lookups_total{cause="TIMEOUT",group="ip:activity",outcome="miss"} 0.0
            tollgate_degraded_total{code="MODEL_LOCAL"} 3.0
            tollgate_authorization_seconds_count{decision="APPROVE"} 1.2E3
            tollgate_authorization_seconds_count{decision="DECLINE"} 34
            tollgate_authorization_seconds_sum{decision="DECLINE"} 0.5
            tollgate_outbox_depth 6.0
            jvm_threads_live_threads 30.0
            """;

    @Test
    void parse_sumsOverGroupsAndDecisions() {
        ApiMetrics metrics = ApiMetrics.parse(PAGE);

        assertThat(metrics.decided()).isEqualTo(1_234);
        assertThat(metrics.hits()).isEqualTo(90);
        assertThat(metrics.stale()).isEqualTo(5);
        assertThat(metrics.misses()).containsExactlyInAnyOrderEntriesOf(Map.of("NEW_ENTITY", 5L, "TIMEOUT", 0L));
        assertThat(metrics.degraded()).isEqualTo(Map.of("MODEL_LOCAL", 3L));
        assertThat(metrics.hitRate()).isEqualTo(0.9);
        assertThat(metrics.outbox()).isEqualTo(6);
    }

    @Test
    void since_leavesOutWhatWasCountedBefore() {
        ApiMetrics before = ApiMetrics.parse(PAGE.replace("1.2E3", "200").replace("70.0", "60.0"));

        ApiMetrics during = ApiMetrics.parse(PAGE).since(before);

        assertThat(during.decided()).isEqualTo(1_000);
        assertThat(during.hits()).isEqualTo(10);
        assertThat(during.misses()).containsEntry("NEW_ENTITY", 0L);
    }

    @Test
    void hitRate_isNoNumber_whenNothingWasAskedFor() {
        assertThat(ApiMetrics.parse("").hitRate()).isNaN();
    }
}
