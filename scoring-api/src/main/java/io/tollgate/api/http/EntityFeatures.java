package io.tollgate.api.http;

import io.tollgate.api.decision.FeatureSource;
import io.tollgate.api.decision.FeatureSource.Fetched;
import io.tollgate.api.decision.GroupsJson;
import io.tollgate.api.decision.Json;
import io.tollgate.api.decision.ServingContext;
import io.tollgate.api.decision.ServingContexts;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.GroupSpec;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;

/**
 * What is known of one entity now: its features as a payment of nothing at this instant would see them. Asked through the
 * same read and the same evaluation as a payment.
 */
public final class EntityFeatures {
    /** Stands for the entities that the question is not about; what is read for them is not shown. */
    private static final String NOBODY = "nobody";

    private final ServingContexts contexts;
    private final Clock clock;

    public EntityFeatures(ServingContexts contexts, Clock clock) {
        this.contexts = contexts;
        this.clock = clock;
    }

    /**
     * The entity's groups and features as JSON.
     *
     * @throws IllegalArgumentException when the id breaks the rule for identifiers
     */
    Mono<byte[]> read(EntityType type, String id, Duration timeout) {
        ServingContext context = contexts.active();
        FeatureSet set = context.featureSet();
        FeatureSource features = context.features();
        Authorization probe = probe(type, id, clock.instant(), set.baseCurrency());
        return Mono.<FeatureSource.Fetched>create(sink -> features.fetch(probe, timeout, sink::success))
                .map(fetched -> encode(set, type, clock.millis(), fetched, features.evaluate(probe, fetched)));
    }

    private static Authorization probe(EntityType type, String id, Instant now, String currency) {
        CardToken card = new CardToken(type == EntityType.CARD ? id : NOBODY);
        AccountId account = type == EntityType.ACCOUNT ? new AccountId(id) : null;
        Authorization.Device device = switch (type) {
            case DEVICE -> new Authorization.Device(new DeviceId(id), null);
            case IP -> new Authorization.Device(null, id);
            default -> null;
        };
        return new Authorization(
                new TransactionId("probe"),
                Instant.ofEpochMilli(now.toEpochMilli()),
                new Money(BigDecimal.ZERO, currency),
                new Authorization.Card(card, account, EntryMode.ECOM),
                new Authorization.Merchant(new MerchantId(type == EntityType.MERCHANT ? id : NOBODY), "0000", "ZZ"),
                device,
                null);
    }

    private static byte[] encode(FeatureSet set, EntityType type, long nowMs, Fetched fetched, FeatureVector vector) {
        Set<Integer> own = set.groups().stream()
                .filter(group -> group.entity() == type)
                .map(GroupSpec::index)
                .collect(Collectors.toSet());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("entity", type.lowerCase());
            json.writeStringProperty("featureSet", set.version());
            json.writeNumberProperty("asOf", nowMs);
            json.writeBooleanProperty("available", fetched instanceof Fetched.Values);
            new GroupsJson(set.groups()).write(json, vector.lookups(), own::contains);
            features(json, set.features(), vector.values(), own::contains);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void features(JsonGenerator json, List<FeatureSpec> specs, double[] values, IntPredicate shown) {
        json.writeObjectPropertyStart("features");
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).definition() instanceof FeatureSpec.Aggregate aggregate && shown.test(aggregate.group())) {
                json.writeName(specs.get(i).name());
                Json.number(json, values[i]);
            }
        }
        json.writeEndObject();
    }
}
