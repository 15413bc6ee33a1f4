package io.tollgate.local.sim;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans attacks: who pays where, how much and after how many seconds. Confined to one thread.
 *
 * <p>The patterns are those that card schemes describe to their members: card testing (enumeration), counterfeit cards
 * abroad, many cards on one device, and bust-out merchants.
 */
final class Attacks {
    /** Cashing out prefers what is sold on at once. */
    private static final List<Category> CASH_OUT_ONLINE = List.of(Category.GIFT_CARDS, Category.DIGITAL_GOODS);

    private static final List<Category> CASH_OUT_IN_STORE = List.of(Category.ELECTRONICS, Category.JEWELLERY);

    private final Population population;
    private final Shopper shopper;
    private final Draws draws;
    private final double pace;

    /**
     * @param pace factor on all pauses: 1 when seconds lie between the payments of an attack
     */
    Attacks(Population population, Shopper shopper, Draws draws, double pace) {
        this.population = population;
        this.shopper = shopper;
        this.draws = draws;
        this.pace = pace;
    }

    /** An attack of a random kind, its payments in no particular order. */
    List<PlannedPayment> any() {
        return switch (draws.index(4)) {
            case 0 -> cardTesting();
            case 1 -> stolenCard();
            case 2 -> deviceFarm();
            default -> merchantBustOut();
        };
    }

    List<PlannedPayment> cardTesting() {
        Authorization.Device bot = device();
        Shop tested = population.onlineShop(draws);
        List<PlannedPayment> plan = new ArrayList<>();
        double at = 0;
        for (int card = draws.between(12, 25); card > 0; card--) {
            Cardholder victim = population.cardholder(draws);
            for (int attempt = draws.between(1, 2); attempt > 0; attempt--) {
                at += draws.exponential(0.8);
                plan.add(planned(
                        at, Scenario.CARD_TESTING, victim, EntryMode.ECOM, tested, bot, null, draws.between(0.0, 2.5)));
            }
            if (draws.chance(0.25)) {
                Shop shop = population.shop(draws.one(CASH_OUT_ONLINE), draws);
                plan.add(planned(
                        at + draws.between(15, 40),
                        Scenario.CARD_TESTING,
                        victim,
                        EntryMode.ECOM,
                        shop,
                        bot,
                        null,
                        draws.between(120.0, 600.0)));
            }
        }
        return plan;
    }

    List<PlannedPayment> stolenCard() {
        Cardholder victim = population.cardholder(draws);
        City far = draws.one(City.FAR);
        List<PlannedPayment> plan = new ArrayList<>();
        plan.add(new PlannedPayment(0, (id, at) -> shopper.inStore(victim, victim.city(), id, at)));
        double at = draws.between(8, 15);
        for (int payment = draws.between(4, 8); payment > 0; payment--) {
            Category category = draws.one(CASH_OUT_IN_STORE);
            GeoPoint place = draws.near(far.position(), 3);
            Shop shop = new Shop(new MerchantId("m-" + draws.hex(8)), category, far.country(), place);
            double amount = Math.min(2000, draws.logNormal(280, 0.6));
            plan.add(planned(at, Scenario.STOLEN_CARD, victim, EntryMode.MAGSTRIPE, shop, null, place, amount));
            at += draws.between(4, 15);
        }
        return plan;
    }

    List<PlannedPayment> deviceFarm() {
        List<Authorization.Device> farm = List.of(device(), device());
        List<Shop> shops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            shops.add(population.onlineShop(draws));
        }
        List<PlannedPayment> plan = new ArrayList<>();
        double at = 0;
        for (int card = draws.between(15, 30); card > 0; card--) {
            Cardholder victim = population.cardholder(draws);
            at += draws.exponential(1.5);
            plan.add(planned(
                    at,
                    Scenario.DEVICE_FARM,
                    victim,
                    EntryMode.ECOM,
                    draws.one(shops),
                    draws.one(farm),
                    null,
                    Math.min(900, draws.logNormal(90, 0.6))));
        }
        return plan;
    }

    List<PlannedPayment> merchantBustOut() {
        City city = draws.one(City.HOME);
        GeoPoint place = draws.near(city.position(), 5);
        Shop shop = new Shop(new MerchantId("m-" + draws.hex(8)), draws.one(CASH_OUT_IN_STORE), city.country(), place);
        List<PlannedPayment> plan = new ArrayList<>();
        double at = 0;
        for (int card = draws.between(15, 35); card > 0; card--) {
            Cardholder victim = population.cardholder(draws);
            at += draws.exponential(1.5);
            plan.add(planned(
                    at,
                    Scenario.MERCHANT_BUST_OUT,
                    victim,
                    EntryMode.MANUAL,
                    shop,
                    null,
                    place,
                    50.0 * draws.between(4, 19)));
        }
        return plan;
    }

    private Authorization.Device device() {
        return new Authorization.Device(new DeviceId("d-" + draws.hex(10)), Population.address(draws));
    }

    private PlannedPayment planned(
            double atSeconds,
            Scenario scenario,
            Cardholder victim,
            EntryMode mode,
            Shop shop,
            Authorization.@Nullable Device device,
            @Nullable GeoPoint location,
            double euros) {
        BigDecimal amount = Shopper.euros(euros);
        return new PlannedPayment(
                atSeconds * pace,
                (id, at) -> new SimulatedPayment(
                        new Authorization(
                                id,
                                at,
                                new Money(amount, Shopper.CURRENCY),
                                victim.present(mode),
                                shop.merchant(),
                                device,
                                location),
                        scenario));
    }
}
