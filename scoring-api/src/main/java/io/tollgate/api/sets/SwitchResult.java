package io.tollgate.api.sets;

import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.features.spec.FeatureSet;

/** What became of a wish to switch or to publish. */
public sealed interface SwitchResult {

    /** Done: this replica has changed over, the others follow within their polling interval. */
    record Switched(ActiveFeatureSet now) implements SwitchResult {}

    /** The definition is kept for all replicas. */
    record Published(FeatureSet set) implements SwitchResult {}

    /** No such feature set. */
    record Unknown(String problem) implements SwitchResult {}

    /** Not a feature set. */
    record Invalid(String problem) implements SwitchResult {}

    /** It would serve something wrong, or there is nothing to go back to. */
    record Refused(String problem) implements SwitchResult {}

    /** The other replicas cannot be reached: the store does not answer. */
    record Unavailable(String problem) implements SwitchResult {}
}
