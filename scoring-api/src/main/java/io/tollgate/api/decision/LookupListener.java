package io.tollgate.api.decision;

import io.tollgate.features.Lookup;
import java.util.List;

/** Hears what was found of each group of one feature set. Called on the event loop: quick, and never throws. */
public interface LookupListener {

    /**
     * @param lookups by group index
     */
    void found(List<Lookup> lookups);
}
