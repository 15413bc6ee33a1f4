package io.tollgate.local.sim;

/** Kinds of merchants, with what people spend there. Shares and amounts follow euro-area card statistics loosely. */
enum Category {
    GROCERY("5411", false, 24, 24, 0.7),
    RESTAURANT("5812", false, 14, 28, 0.6),
    FAST_FOOD("5814", false, 12, 9, 0.4),
    FUEL("5541", false, 8, 55, 0.3),
    PHARMACY("5912", false, 6, 15, 0.6),
    CLOTHING("5651", false, 5, 48, 0.7),
    TRANSIT("4111", false, 8, 4, 0.6),
    ELECTRONICS("5732", false, 2, 120, 0.9),
    JEWELLERY("5944", false, 0.5, 180, 0.8),
    MARKETPLACE("5999", true, 9, 32, 0.8),
    ONLINE_FASHION("5691", true, 4, 55, 0.6),
    STREAMING("4899", true, 3, 11, 0.2),
    DIGITAL_GOODS("5816", true, 4, 12, 0.8),
    GIFT_CARDS("5947", true, 0.7, 40, 0.5),
    FOOD_DELIVERY("5815", true, 4, 25, 0.4),
    TRAVEL("4722", true, 1.2, 260, 0.9);

    private final String code;
    private final boolean online;
    private final double share;
    private final double medianAmount;
    private final double sigma;

    Category(String code, boolean online, double share, double medianAmount, double sigma) {
        this.code = code;
        this.online = online;
        this.share = share;
        this.medianAmount = medianAmount;
        this.sigma = sigma;
    }

    /** ISO 18245 merchant category code. */
    String code() {
        return code;
    }

    boolean online() {
        return online;
    }

    /** Share of all payments, as a weight. */
    double share() {
        return share;
    }

    /** In euros. */
    double medianAmount() {
        return medianAmount;
    }

    /** Standard deviation of the amount's logarithm. */
    double sigma() {
        return sigma;
    }
}
