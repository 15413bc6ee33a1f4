package io.tollgate.api.config;

import io.tollgate.api.decision.Budget;
import io.tollgate.api.decision.ModelReasons;
import io.tollgate.api.outbox.OutboxSettings;
import io.tollgate.features.domain.AuthorizationDraft.TimeBounds;
import io.tollgate.model.http.TokenIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Everything an operator can set, under {@code tollgate.*}; docs/configuration.md lists names, environment variables and
 * defaults. A value out of bounds stops the start with the bound in the message.
 *
 * @param featureSet a file, or the name of a built-in set: what is served until the fleet is switched to another
 * @param featureSets further files, names or folders of files that the fleet may be switched to
 * @param keySecret at least 16 characters, shared with the pipeline: keys the hashes that stand for card tokens
 * @param policy a file, or the name of the built-in policy
 * @param shadowPolicy a file, or the name of the built-in policy, that is evaluated beside it and only counted; empty for
 *     none
 * @param eventLoops threads for all network work; 0 for one per processor
 * @param shutdownAnnounce how long a service that is told to stop goes on deciding, not ready any more, so that load
 *     balancers look elsewhere
 * @param warmUp payments that the service decides for itself before it reports ready, at the most: it stops when it is
 *     warm; 0 for none
 */
@ConfigurationProperties("tollgate")
public record Settings(
        String featureSet,
        @DefaultValue List<String> featureSets,
        String keySecret,
        @DefaultValue("default-policy") String policy,
        @DefaultValue("") String shadowPolicy,
        @DefaultValue("0") int eventLoops,
        @DefaultValue("0") int warmUp,
        @DefaultValue("5s") Duration shutdownAnnounce,
        Redis redis,
        LastKnown lastKnown,
        Kafka kafka,
        Model model,
        BudgetSettings budget,
        Time time,
        Idempotency idempotency,
        Outbox outbox,
        Security security,
        Limits limits) {

    private static final int MIN_SECRET = 16;
    private static final int MAX_WARM_UP = 1_000_000;

    public Settings {
        if (keySecret.length() < MIN_SECRET) {
            throw new IllegalArgumentException("tollgate.key-secret must have at least " + MIN_SECRET
                    + " characters; set TOLLGATE_KEY_SECRET to the value that the pipeline uses");
        }
        if (warmUp < 0 || warmUp > MAX_WARM_UP) {
            throw new IllegalArgumentException("tollgate.warm-up must be between 0 and " + MAX_WARM_UP);
        }
    }

    /**
     * @param uri as {@code redis://host:6379} or {@code rediss://…} with TLS; of a cluster, any node's
     * @param cluster whether the server speaks the cluster protocol (Redis Cluster, Azure's OSS clustering policy)
     * @param token instead of a password in the address
     */
    public record Redis(
            String uri,
            @DefaultValue("false") boolean cluster,
            @DefaultValue RedisToken token) {}

    /**
     * Access tokens as Redis's password; none without an address and without a kind of identity.
     *
     * @param identity client, workload or managed, see {@link TokenIdentity.Kind}; empty for client where there is an
     *     address
     * @param url the issuer's token endpoint, for Microsoft Entra {@code
     *     https://login.microsoftonline.com/TENANT/oauth2/v2.0/token}
     * @param user the name that Redis knows the identity by, for Entra its object id
     */
    public record RedisToken(
            @DefaultValue("") String identity,
            @DefaultValue("") String url,
            @DefaultValue("") String clientId,
            @DefaultValue("") String clientSecret,

            @DefaultValue("https://redis.azure.com/.default")
            String scope,

            @DefaultValue("") String user) {
        public RedisToken {
            if (!(identity.isBlank() && url.isBlank()) && user.isBlank()) {
                throw new IllegalArgumentException("tollgate.redis.token needs tollgate.redis.token.user: set"
                        + " TOLLGATE_REDIS_TOKEN_USER to the name that Redis knows the identity by");
            }
        }

        @Nullable
        TokenIdentity toIdentity() {
            return TokenIdentity.of(identity, url, clientId, clientSecret, scope);
        }

        @Override
        public String toString() {
            return "RedisToken[" + url + ", " + user + "]";
        }
    }

    /**
     * What is held of busy merchants for when Redis gives nothing. See {@link io.tollgate.api.store.LastKnownValues}.
     *
     * @param merchants how many are held, per feature set, 0 for none, at most 100,000; some 0.5 KB each
     * @param maxAge how long after it was read a value is still used, at most a day: what is older says little about
     *     today
     */
    public record LastKnown(
            @DefaultValue("4096") int merchants,
            @DefaultValue("1h") Duration maxAge) {
        private static final int MAX_MERCHANTS = 100_000;

        public LastKnown {
            if (merchants < 0 || merchants > MAX_MERCHANTS) {
                throw new IllegalArgumentException(
                        "tollgate.last-known.merchants must be between 0 and " + MAX_MERCHANTS);
            }
            if (maxAge.isNegative() || maxAge.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("tollgate.last-known.max-age must be between 0 and 1 day");
            }
        }
    }

    /**
     * @param bootstrap host:port list of the event hub's Kafka endpoint
     * @param security client properties file; empty for plain text
     * @param topic where events go
     */
    public record Kafka(
            String bootstrap,
            @DefaultValue("") String security,
            @DefaultValue("txn_events") String topic) {}

    /**
     * @param directory models to evaluate in process, each a model directory or a folder of them; each is used for the
     *     feature set that it was trained on
     * @param url the endpoints that score: the n-th serves the model of the n-th directory; without a directory, one
     *     endpoint for the configured feature set
     * @param reasons how many features at most are given as reasons of a payment that is not approved, 1 to 10; four
     *     are as many as a person takes in, and as US lenders give (12 CFR 1002.9, comment 9(b)(2)-1)
     */
    public record Model(
            @DefaultValue List<String> directory,
            @DefaultValue List<String> url,
            @DefaultValue("") String token,
            @DefaultValue("4") int reasons) {
        public Model {
            if (reasons < 1 || reasons > ModelReasons.MAX) {
                throw new IllegalArgumentException(
                        "tollgate.model.reasons must be between 1 and " + ModelReasons.MAX + ", but is " + reasons);
            }
            directory = List.copyOf(directory);
            url = List.copyOf(url);
            if (url.size() > Math.max(1, directory.size())) {
                throw new IllegalArgumentException("tollgate.model.url names " + url.size() + " endpoints but"
                        + " tollgate.model.directory " + directory.size()
                        + " models: the n-th endpoint serves the n-th model;"
                        + " set TOLLGATE_MODEL_DIR to as many");
            }
        }
    }

    /** See {@link Budget}. */
    public record BudgetSettings(
            @DefaultValue("50ms") Duration total,
            @DefaultValue("500ms") Duration cap,
            @DefaultValue("10ms") Duration features,
            @DefaultValue("10ms") Duration record,
            @DefaultValue("3ms") Duration reasons,
            @DefaultValue("13ms") Duration reserve) {
        public Budget toBudget() {
            return new Budget(total, cap, features, record, reasons, reserve);
        }
    }

    /**
     * @param maxFuture how far ahead of this clock a payment's time may lie
     * @param maxAge how far behind; a replay of history needs years
     */
    public record Time(
            @DefaultValue("5m") Duration maxFuture,
            @DefaultValue("30d") Duration maxAge) {
        public TimeBounds toBounds() {
            return new TimeBounds(maxFuture, maxAge);
        }
    }

    /**
     * @param window how long a transaction id stands for its decision, 1 minute to 7 days; costs about 1 KB of Redis per
     *     payment
     * @param memory this process's own memory of decisions, 1 MB to 16 GB, taken at the start; a decision takes some
     *     800 bytes, and the oldest makes room for the next
     */
    public record Idempotency(
            @DefaultValue("1h") Duration window,
            @DefaultValue("64MB") DataSize memory) {
        public Idempotency {
            if (window.compareTo(Duration.ofMinutes(1)) < 0 || window.compareTo(Duration.ofDays(7)) > 0) {
                throw new IllegalArgumentException("tollgate.idempotency.window must be between 1 minute and 7 days");
            }
            if (memory.compareTo(DataSize.ofMegabytes(1)) < 0 || memory.compareTo(DataSize.ofGigabytes(16)) > 0) {
                throw new IllegalArgumentException("tollgate.idempotency.memory must be between 1 MB and 16 GB");
            }
        }
    }

    /** See {@link OutboxSettings}. */
    public record Outbox(
            Path directory,
            @DefaultValue("16MB") DataSize segment,
            @DefaultValue("1GB") DataSize maxBytes,
            @DefaultValue("24h") Duration maxAge,
            @DefaultValue("1s") Duration syncInterval,
            @DefaultValue("10s") Duration drain,
            @DefaultValue("KEEP_DECIDING") OutboxSettings.AtBound atBound) {
        public OutboxSettings toSettings() {
            return new OutboxSettings(
                    directory,
                    (int) Math.min(Integer.MAX_VALUE, segment.toBytes()),
                    maxBytes.toBytes(),
                    maxAge,
                    syncInterval,
                    drain,
                    atBound);
        }
    }

    /**
     * Either a static key, in the profile {@code local} only, or an issuer of OAuth 2.0 tokens.
     *
     * @param apiKey static key; empty for none
     * @param issuer the {@code iss} of accepted tokens
     * @param audience the {@code aud} of accepted tokens
     * @param keys URL of the issuer's key set (JWKS)
     */
    public record Security(
            @DefaultValue("") String apiKey,
            @DefaultValue("") String issuer,
            @DefaultValue("") String audience,
            @DefaultValue("") String keys) {
        @Override
        public String toString() {
            return "Security[issuer=" + issuer + ", audience=" + audience + ", keys=" + keys + "]";
        }
    }

    /**
     * @param minConcurrency payments in flight that are never shed
     * @param maxConcurrency payments in flight above which the rest is decided from the rules alone
     * @param clientRate requests a second of one client, per replica; 0 for no bound
     * @param clientBurst requests of one client at once after a pause
     */
    public record Limits(
            @DefaultValue("16") int minConcurrency,
            @DefaultValue("512") int maxConcurrency,
            @DefaultValue("0") int clientRate,
            @DefaultValue("1000") int clientBurst) {}

    /** Without secrets: this may reach a log. */
    @Override
    public String toString() {
        return "Settings[featureSet=" + featureSet + ", policy=" + policy + ", redis=" + redis.uri() + ", kafka="
                + kafka + "]";
    }
}
