package io.tollgate.api.config;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.tollgate.api.decision.Budget;
import io.tollgate.api.decision.Claims;
import io.tollgate.api.decision.DecisionFlow;
import io.tollgate.api.decision.Explanation;
import io.tollgate.api.decision.ReasonWorkers;
import io.tollgate.api.http.AuthorizeDesk;
import io.tollgate.api.http.AuthorizeRoute;
import io.tollgate.api.http.BodyBound;
import io.tollgate.api.http.Drain;
import io.tollgate.api.http.EntityFeatures;
import io.tollgate.api.http.ExpressLane;
import io.tollgate.api.http.FeatureSetHealth;
import io.tollgate.api.http.FeatureSetRoutes;
import io.tollgate.api.http.FeatureSetViews;
import io.tollgate.api.http.PolicyRoutes;
import io.tollgate.api.http.ProblemHandler;
import io.tollgate.api.http.ReadingRoutes;
import io.tollgate.api.http.SecurityFilter;
import io.tollgate.api.http.Stage;
import io.tollgate.api.http.StageDoor;
import io.tollgate.api.http.StatsView;
import io.tollgate.api.http.UndeclaredMethods;
import io.tollgate.api.http.WarmUp;
import io.tollgate.api.metrics.DecisionFeed;
import io.tollgate.api.metrics.DecisionMetrics;
import io.tollgate.api.metrics.RequestMetrics;
import io.tollgate.api.metrics.Timeline;
import io.tollgate.api.outbox.Outbox;
import io.tollgate.api.policy.ShadowComparison;
import io.tollgate.api.security.Authenticator;
import io.tollgate.api.security.ClientRates;
import io.tollgate.api.security.JwtAuthenticator;
import io.tollgate.api.security.StaticKeyAuthenticator;
import io.tollgate.api.sets.FleetSwitch;
import io.tollgate.api.sets.LoadedSets;
import io.tollgate.api.store.EventLoops;
import io.tollgate.api.store.LoopRedis;
import io.tollgate.api.store.RedisBreaker;
import io.tollgate.api.store.RedisCommands;
import io.tollgate.features.key.IdHasher;
import java.net.MalformedURLException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The HTTP surface put together. */
@Configuration(proxyBeanMethods = false)
public class HttpWiring {
    /** From a request's first byte to its last: a payment is one packet, and a slow sender holds a connection. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** A Redis that is there answers in milliseconds; without it the service starts on what it was configured with. */
    private static final Duration FLEET_PATIENCE = Duration.ofSeconds(3);

    @Bean
    ReactorResourceFactory reactorResourceFactory(EventLoops loops) {
        ReactorResourceFactory factory = new ReactorResourceFactory();
        factory.setUseGlobalResources(false);
        factory.setLoopResources(loops.resources());
        return factory;
    }

    @Bean
    NettyServerCustomizer endlessRequests() {
        return server -> BodyBound.on(server.requestTimeout(REQUEST_TIMEOUT));
    }

    @Bean
    NettyServerCustomizer expressLanes(AuthorizeDesk desk, Drain drain) {
        return server -> server.doOnChannelInit((observer, channel, address) -> ExpressLane.open(channel, desk, drain));
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> authorizeBeforeSpring(AuthorizeRoute route) {
        return factory -> factory.addRouteProviders(route);
    }

    @Bean
    Authenticator authenticator(Settings settings, Environment environment, Clock clock) {
        Settings.Security security = settings.security();
        boolean local = environment.acceptsProfiles(Profiles.of("local"));
        if (!local && !security.apiKey().isBlank()) {
            throw new IllegalArgumentException(
                    "a static key (TOLLGATE_API_KEY) is accepted in the profile 'local' only;"
                            + " remove it and give the token issuer by TOLLGATE_JWT_KEYS, _ISSUER and _AUDIENCE");
        }
        if (!security.keys().isBlank()) {
            if (security.issuer().isBlank() || security.audience().isBlank()) {
                throw new IllegalArgumentException("TOLLGATE_JWT_KEYS needs TOLLGATE_JWT_ISSUER and"
                        + " TOLLGATE_JWT_AUDIENCE: tokens for another service must not open this one");
            }
            try {
                return new JwtAuthenticator(
                        URI.create(security.keys()).toURL(), security.issuer(), security.audience(), clock);
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(
                        "tollgate.security.keys is not a URL; set TOLLGATE_JWT_KEYS to the issuer's JWKS URL", e);
            }
        }
        if (!local) {
            throw new IllegalArgumentException(
                    "no token issuer is set: give TOLLGATE_JWT_KEYS, TOLLGATE_JWT_ISSUER and TOLLGATE_JWT_AUDIENCE; a"
                            + " static key (TOLLGATE_API_KEY) is accepted in the profile 'local' only");
        }
        return new StaticKeyAuthenticator(security.apiKey());
    }

    @Bean
    ClientRates clientRates(Settings settings) {
        Settings.Limits limits = settings.limits();
        return new ClientRates(limits.clientRate(), limits.clientBurst(), System::nanoTime);
    }

    @Bean
    StageDoor stageDoor() {
        return new StageDoor();
    }

    @Bean
    Drain drain(Settings settings) {
        return new Drain(settings.shutdownAnnounce());
    }

    @Bean
    AuthorizeDesk authorizeDesk(
            Authenticator authenticator,
            ClientRates rates,
            LoadedSets sets,
            DecisionFlow flow,
            Budget budget,
            Settings settings,
            StageDoor door,
            RequestMetrics metrics,
            Clock clock) {
        Stage payments = new Stage(authenticator, rates, sets, flow, budget, metrics);
        return new AuthorizeDesk(payments, door, settings.time().toBounds(), clock);
    }

    @Bean
    AuthorizeRoute authorizeRoute(AuthorizeDesk desk, Drain drain) {
        return new AuthorizeRoute(desk, drain);
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    SecurityFilter securityFilter(Authenticator authenticator, ClientRates rates) {
        return new SecurityFilter(authenticator, rates);
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ProblemHandler problemHandler() {
        return new ProblemHandler();
    }

    @Bean
    RouterFunction<ServerResponse> readingRoutes(
            Claims claims,
            LoadedSets sets,
            FleetSwitch fleet,
            DecisionMetrics decisions,
            RequestMetrics requests,
            Timeline timeline,
            Outbox outbox,
            DecisionFeed feed,
            PolicyWiring.Desks policies,
            ShadowComparison comparison,
            Clock clock) {
        return new ReadingRoutes(
                        claims,
                        new Explanation(sets),
                        new EntityFeatures(sets, clock),
                        new StatsView(decisions, requests, timeline, outbox, sets),
                        feed)
                .routes()
                .and(new FeatureSetRoutes(new FeatureSetViews(sets, fleet), fleet).routes())
                .and(new PolicyRoutes(policies.live(), policies.shadow(), comparison).routes())
                .and(new UndeclaredMethods().routes());
    }

    /** In the readiness group as {@code featureSet}. */
    @Bean
    FeatureSetHealth featureSetHealthIndicator(FleetSwitch fleet) {
        return new FeatureSetHealth(fleet);
    }

    /** Before the warm-up, which then warms what will be served. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ApplicationRunner fleetFirst(FleetSwitch fleet) {
        return arguments -> fleet.awaitFleet(FLEET_PATIENCE);
    }

    @Bean
    WarmUp warmUp(
            Settings settings,
            StageDoor door,
            Authenticator authenticator,
            LoadedSets sets,
            LoopRedis redis,
            RedisCommands commands,
            RedisBreaker breaker,
            ReasonWorkers workers,
            IdHasher hasher,
            ReactiveWebServerApplicationContext context,
            Environment environment,
            Clock clock) {
        return new WarmUp(
                settings.warmUp(),
                door,
                () -> new RehearsalStage(
                        settings, authenticator, sets, redis, commands, breaker, workers, hasher, clock),
                environment.containsProperty("server.ssl.bundle") ? trusting() : SocketFactory.getDefault(),
                () -> {
                    var server = context.getWebServer();
                    if (server == null) {
                        throw new IllegalStateException("the warm-up runs after the server has started");
                    }
                    return server.getPort();
                },
                clock);
    }

    /** The service speaks to itself on the loopback interface, where its certificate's names do not apply. */
    private static SocketFactory trusting() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            return tls.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform cannot speak TLS", e);
        }
    }
}
