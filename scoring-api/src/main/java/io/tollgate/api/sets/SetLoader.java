package io.tollgate.api.sets;

import io.tollgate.features.spec.FeatureSet;

/** Makes everything that it takes to serve a feature set. Blocks for up to a second: compiles, and reads models. */
public interface SetLoader {

    /**
     * @throws NotServableException when its expressions do not compile, or policy or models do not fit it
     */
    LoadedSet load(FeatureSet set);

    /**
     * Only compiles.
     *
     * @throws NotServableException when its expressions do not compile, or its currency has no rate
     */
    void check(FeatureSet set);
}
