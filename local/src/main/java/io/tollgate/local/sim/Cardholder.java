package io.tollgate.local.sim;

import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.GeoPoint;
import java.util.List;

/**
 * A person with a card.
 *
 * @param city index into {@link City#HOME}
 * @param dailyPayments mean number of payments a day
 * @param spending factor on every amount, about 1
 * @param onlineShare share of payments made online, 0 to 1
 * @param hourShift hours by which the person's day runs late
 * @param devices at least one
 * @param ips at least one: home, and perhaps the mobile network's shared address
 * @param localShops shops in town where the person is known
 * @param onlineShops online shops that the person uses
 */
record Cardholder(
        CardToken card,
        AccountId account,
        int city,
        GeoPoint home,
        double dailyPayments,
        double spending,
        double onlineShare,
        double hourShift,
        List<DeviceId> devices,
        List<String> ips,
        List<Shop> localShops,
        List<Shop> onlineShops) {

    Authorization.Card present(EntryMode mode) {
        return new Authorization.Card(card, account, mode);
    }

    String country() {
        return City.HOME.get(city).country();
    }
}
