package io.tollgate.local.sim;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Everyday payments: what a cardholder would buy now. Confined to one thread. */
final class Shopper {
    /** Billing currency of the simulated issuer, in which its authorizations arrive (ISO 8583 field 51). */
    static final String CURRENCY = "EUR";

    /** Share of payments made where the person has never been. */
    private static final double EXPLORING = 0.12;

    /** In the euro area a contactless payment above this needs a PIN, so people insert the card. */
    private static final double CONTACTLESS_LIMIT = 50;

    /** Payments by hour of the day, 0 to 23, as weights. */
    private static final double[] HOURS = Draws.cumulative(
            0.4, 0.2, 0.15, 0.1, 0.15, 0.4, 1.2, 2.6, 4, 4.6, 5, 5.8, 7, 6.6, 5.4, 5.4, 6.2, 7.4, 7.6, 6.4, 4.6, 3.2, 2,
            1);

    private final Population population;
    private final Draws draws;

    Shopper(Population population, Draws draws) {
        this.population = population;
        this.draws = draws;
    }

    /** Seconds into the day at which this person makes a payment. */
    double secondOfDay(Cardholder holder) {
        double hour = draws.weighted(HOURS) + draws.between(0.0, 1.0) + holder.hourShift();
        return (hour + 24) % 24 * 3600;
    }

    /**
     * A genuine payment.
     *
     * @param awayCity index into {@link City#HOME} of where the person is; the home city if not travelling
     */
    SimulatedPayment payment(Cardholder holder, int awayCity, TransactionId id, Instant at) {
        return draws.chance(holder.onlineShare()) ? online(holder, id, at) : inStore(holder, awayCity, id, at);
    }

    SimulatedPayment inStore(Cardholder holder, int city, TransactionId id, Instant at) {
        boolean known = city == holder.city() && !draws.chance(EXPLORING);
        Shop shop = known ? draws.one(holder.localShops()) : population.localShop(city, draws);
        BigDecimal amount = amount(shop.category(), holder);
        EntryMode mode = mode(amount);
        Authorization.Device device = mode == EntryMode.WALLET
                ? new Authorization.Device(holder.devices().get(0), null)
                : null;
        return genuine(holder, mode, shop, device, shop.position(), amount, id, at);
    }

    private SimulatedPayment online(Cardholder holder, TransactionId id, Instant at) {
        Shop shop = draws.chance(EXPLORING) ? population.onlineShop(draws) : draws.one(holder.onlineShops());
        Authorization.Device device = new Authorization.Device(draws.one(holder.devices()), draws.one(holder.ips()));
        EntryMode mode = shop.category() == Category.STREAMING ? EntryMode.RECURRING : EntryMode.ECOM;
        return genuine(holder, mode, shop, device, null, amount(shop.category(), holder), id, at);
    }

    private static SimulatedPayment genuine(
            Cardholder holder,
            EntryMode mode,
            Shop shop,
            Authorization.@Nullable Device device,
            @Nullable GeoPoint location,
            BigDecimal amount,
            TransactionId id,
            Instant at) {
        return new SimulatedPayment(
                new Authorization(
                        id, at, new Money(amount, CURRENCY), holder.present(mode), shop.merchant(), device, location),
                Scenario.GENUINE);
    }

    private EntryMode mode(BigDecimal amount) {
        if (draws.chance(0.2)) {
            return EntryMode.WALLET;
        }
        return amount.doubleValue() <= CONTACTLESS_LIMIT && draws.chance(0.8) ? EntryMode.CONTACTLESS : EntryMode.CHIP;
    }

    private BigDecimal amount(Category category, Cardholder holder) {
        double euros = draws.logNormal(category.medianAmount(), category.sigma()) * holder.spending();
        return euros(Math.max(0.5, Math.min(5000, draws.chance(0.15) ? Math.max(1, Math.rint(euros)) : euros)));
    }

    static BigDecimal euros(double value) {
        return BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN);
    }
}
