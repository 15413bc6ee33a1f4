package io.tollgate.features.domain;

/** How the card's data reached the merchant (ISO 8583 field 22, in the terms payment teams use). */
public enum EntryMode {
    CHIP,
    CONTACTLESS,
    MAGSTRIPE,
    MANUAL,
    ECOM,
    MOTO,
    RECURRING,
    WALLET
}
