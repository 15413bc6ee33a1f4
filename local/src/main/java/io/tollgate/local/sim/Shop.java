package io.tollgate.local.sim;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.MerchantId;

/** A merchant; its position means nothing when it sells online. */
record Shop(MerchantId id, Category category, String country, GeoPoint position) {
    Authorization.Merchant merchant() {
        return new Authorization.Merchant(id, category.code(), country);
    }
}
