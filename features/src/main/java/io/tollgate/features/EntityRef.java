package io.tollgate.features;

import io.tollgate.features.domain.EntityType;

/**
 * An entity as keys name it.
 *
 * @param idHash keyed hash of its identifier, 16 characters
 */
public record EntityRef(EntityType type, String idHash) {}
