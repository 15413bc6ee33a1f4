package io.tollgate.pipeline.publish;

import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetReader;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What is written down of a version in {@code fs:sets}. A version never changes once it is published: two publishers with
 * two definitions of it would overwrite each other's keys.
 */
public final class PublishedDefinition {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedDefinition.class);

    private PublishedDefinition() {}

    /**
     * The published set that has the version of another, but not its definition; empty when there is none, or while Redis
     * does not answer: a publisher starts without it and waits.
     */
    public static Optional<FeatureSet> contradicting(RedisTarget target, FeatureSet wanted) {
        try (UnifiedJedis redis = RedisClients.connect(target, "tollgate-feature-set")) {
            String text = redis.hget(ActiveFeatureSet.PUBLISHED_KEY, wanted.version());
            return Optional.ofNullable(text)
                    .map(definition ->
                            FeatureSetReader.read(ActiveFeatureSet.PUBLISHED_KEY + " " + wanted.version(), definition))
                    .filter(standing -> standing.hash() != wanted.hash());
        } catch (JedisException e) {
            LOG.warn("cannot see whether {} is published with another definition: {}", wanted.id(), e.getMessage());
            return Optional.empty();
        }
    }
}
