package io.tollgate.local.sim;

/** Why a simulated payment happens: everyday life, or one of the attacks that a card fraud team sees most. */
public enum Scenario {
    /** A cardholder pays. */
    GENUINE("everyday payments"),
    /** A bot tries a list of stolen card numbers with tiny amounts at one shop, then spends on those that work. */
    CARD_TESTING("card testing"),
    /** A copied card is used far from where its owner has just paid: nobody travels that fast. */
    STOLEN_CARD("stolen card, impossible travel"),
    /** A few devices pay with many people's cards. */
    DEVICE_FARM("device farm"),
    /** A merchant with hardly any history suddenly keys in large round amounts on stolen cards, and will disappear. */
    MERCHANT_BUST_OUT("merchant bust-out");

    private final String title;

    Scenario(String title) {
        this.title = title;
    }

    /** Whether the cardholder did not want this payment. */
    public boolean fraud() {
        return this != GENUINE;
    }

    /** A few words for people. */
    public String title() {
        return title;
    }
}
