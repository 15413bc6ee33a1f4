package io.tollgate.local.sim;

import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.MerchantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The people and the shops of a simulated world. Cardholder {@code i} is the same person in every world of one seed,
 * whatever its size; where that person shops depends on the shops there are. Immutable.
 */
final class Population {
    private static final double[] CITY_WEIGHTS =
            Draws.cumulative(City.HOME.stream().mapToDouble(City::weight).toArray());
    private static final List<Category> CATEGORIES = List.of(Category.values());
    private static final double[] CATEGORY_WEIGHTS =
            Draws.cumulative(CATEGORIES.stream().mapToDouble(Category::share).toArray());

    /** Share of shops that sell online: fewer than their share of payments, because they are bigger. */
    private static final double ONLINE_SHOPS = 0.15;

    private static final int LOCAL_SHOPS_PER_PERSON = 8;
    private static final int ONLINE_SHOPS_PER_PERSON = 4;

    /** People who share one public address of a mobile network: carriers put hundreds behind one. */
    private static final int CARDS_PER_MOBILE_ADDRESS = 200;

    private final long seed;
    private final List<Shop> shops = new ArrayList<>();
    private final List<List<Integer>> localShopsByCity = new ArrayList<>();
    private final List<Integer> onlineShops = new ArrayList<>();
    private final Map<Category, List<Shop>> byCategory = new EnumMap<>(Category.class);
    private final List<Cardholder> cardholders = new ArrayList<>();

    Population(long seed, int cards, int merchants) {
        this.seed = seed;
        City.HOME.forEach(city -> localShopsByCity.add(new ArrayList<>()));
        for (int i = 0; i < merchants; i++) {
            addShop(i);
        }
        for (int i = 0; i < cards; i++) {
            cardholders.add(cardholder(i));
        }
    }

    Cardholder cardholder(Draws draws) {
        return cardholders.get(draws.index(cardholders.size()));
    }

    List<Cardholder> cardholders() {
        return cardholders;
    }

    /** Some shop of this kind. */
    Shop shop(Category category, Draws draws) {
        return draws.one(byCategory.getOrDefault(category, shops));
    }

    Shop localShop(int city, Draws draws) {
        return shops.get(draws.one(localShopsByCity.get(city)));
    }

    Shop onlineShop(Draws draws) {
        return shops.get(draws.one(onlineShops));
    }

    /** What the issuer knows of the cards, as of {@code validFrom}. */
    List<FeatureEvent.Reference> references(Instant validFrom, int limit) {
        List<FeatureEvent.Reference> references = new ArrayList<>();
        for (int i = 0; i < Math.min(limit, cardholders.size()); i++) {
            Cardholder holder = cardholders.get(i);
            Draws draws = Draws.of(seed, "reference", i);
            references.add(new FeatureEvent.Reference(
                    holder.card(),
                    holder.account(),
                    validFrom,
                    FeatureEvent.CardStatus.ACTIVE,
                    validFrom.minus(Duration.ofDays(draws.between(30, 4000))),
                    holder.country(),
                    holder.home(),
                    100_00L * draws.between(5, 100)));
        }
        return references;
    }

    /** The first shops cover every kind, the next ones every city, so that nobody has nowhere to go. */
    private void addShop(int i) {
        Draws draws = Draws.of(seed, "shop", i);
        Category category = category(draws);
        int city = draws.weighted(CITY_WEIGHTS);
        if (i < CATEGORIES.size()) {
            category = CATEGORIES.get(i);
        } else if (i < CATEGORIES.size() + City.HOME.size()) {
            category = Category.GROCERY;
            city = i - CATEGORIES.size();
        }
        City place = City.HOME.get(city);
        Shop shop = new Shop(
                new MerchantId("m-" + draws.hex(8)), category, place.country(), draws.near(place.position(), 5));
        shops.add(shop);
        byCategory.computeIfAbsent(category, c -> new ArrayList<>()).add(shop);
        if (category.online()) {
            onlineShops.add(i);
        } else {
            localShopsByCity.get(city).add(i);
        }
    }

    private static Category category(Draws draws) {
        boolean online = draws.chance(ONLINE_SHOPS);
        Category category;
        do {
            category = CATEGORIES.get(draws.weighted(CATEGORY_WEIGHTS));
        } while (category.online() != online);
        return category;
    }

    private Cardholder cardholder(int i) {
        Draws draws = Draws.of(seed, "card", i);
        int city = draws.weighted(CITY_WEIGHTS);
        List<DeviceId> devices = new ArrayList<>();
        devices.add(new DeviceId("d-" + draws.hex(10)));
        if (draws.chance(0.35)) {
            devices.add(new DeviceId("d-" + draws.hex(10)));
        }
        List<String> ips = new ArrayList<>();
        ips.add(address(Draws.of(seed, "home address", i)));
        if (draws.chance(0.5)) {
            ips.add(address(Draws.of(seed, "mobile address", i / CARDS_PER_MOBILE_ADDRESS)));
        }
        return new Cardholder(
                new CardToken("c-" + draws.hex(12)),
                new AccountId("a-" + draws.hex(12)),
                city,
                draws.near(City.HOME.get(city).position(), 8),
                Math.min(12, draws.logNormal(2.2, 0.6)),
                draws.logNormal(1, 0.4),
                draws.between(0.1, 0.6),
                draws.between(-2.0, 2.0),
                List.copyOf(devices),
                List.copyOf(ips),
                some(localShopsByCity.get(city), LOCAL_SHOPS_PER_PERSON, draws),
                some(onlineShops, ONLINE_SHOPS_PER_PERSON, draws));
    }

    private List<Shop> some(List<Integer> from, int count, Draws draws) {
        List<Shop> chosen = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            // The product of two uniform draws favours the front of the list: some shops are far more popular.
            int index = (int) (from.size() * draws.between(0.0, 1.0) * draws.between(0.0, 1.0));
            chosen.add(shops.get(from.get(index)));
        }
        return List.copyOf(chosen);
    }

    /** An address of 198.18.0.0/15, which is set aside for tests (RFC 2544) and belongs to nobody. */
    static String address(Draws draws) {
        return "198." + draws.between(18, 19) + "." + draws.between(0, 255) + "." + draws.between(1, 254);
    }
}
