package io.tollgate.features.spec;

/** A field of a payment whose different values are counted or remembered. */
public enum EventField {
    CARD,
    ACCOUNT,
    DEVICE,
    MERCHANT,
    IP,
    MERCHANT_COUNTRY,
    CATEGORY_CODE,
    ENTRY_MODE,
    CURRENCY
}
