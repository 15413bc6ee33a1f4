package io.tollgate.api.config;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tollgate.api.policy.PolicyDesk;
import io.tollgate.api.policy.PolicyWatch;
import io.tollgate.api.policy.ShadowComparison;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The policy in force and the one that is tried out. */
@Configuration(proxyBeanMethods = false)
class PolicyWiring {

    /**
     * @param shadow null for none
     */
    record Desks(PolicyDesk live, @Nullable PolicyDesk shadow) {
        List<PolicyDesk> all() {
            List<PolicyDesk> desks = new ArrayList<>(List.of(live));
            if (shadow != null) {
                desks.add(shadow);
            }
            return desks;
        }
    }

    @Bean
    Desks policyDesks(Settings settings, Clock clock, MeterRegistry registry) {
        String shadow = settings.shadowPolicy();
        Desks desks = new Desks(
                PolicyDesk.live(settings.policy(), clock), shadow.isBlank() ? null : PolicyDesk.shadow(shadow, clock));
        measure(registry, "live", desks.live());
        if (desks.shadow() != null) {
            measure(registry, "shadow", desks.shadow());
        }
        return desks;
    }

    @Bean(destroyMethod = "close")
    PolicyWatch policyWatch(Desks desks) {
        return new PolicyWatch(desks.all(), Wiring.daemon("policy-watch"));
    }

    @Bean
    ShadowComparison shadowComparison(MeterRegistry registry) {
        return new ShadowComparison(registry);
    }

    private static void measure(MeterRegistry registry, String role, PolicyDesk desk) {
        Gauge.builder("tollgate.policy.problem", desk, it -> it.state().problem() == null ? 0 : 1)
                .description("1 while the file's policy is refused and the one before stays in force")
                .tag("role", role)
                .register(registry);
        FunctionCounter.builder(
                        "tollgate.policy.changes", desk, it -> it.state().taken())
                .description("policies read from the file since the start, by what became of them")
                .tag("role", role)
                .tag("outcome", "taken")
                .register(registry);
        FunctionCounter.builder(
                        "tollgate.policy.changes", desk, it -> it.state().refused())
                .description("policies read from the file since the start, by what became of them")
                .tag("role", role)
                .tag("outcome", "refused")
                .register(registry);
    }
}
