package io.tollgate.api.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.Lookup;
import io.tollgate.features.MissCause;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.features.spec.GroupSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LastKnownValuesTest {
    private static final FeatureSet SET = FeatureSets.fraudV3();
    private static final Lookup HIT = new Lookup.Hit(1, 2, 3);
    private static final int CAPACITY = 16;
    private static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final AtomicLong nanos = new AtomicLong();
    private final LastKnownValues values = new LastKnownValues(SET, CAPACITY, MAX_AGE, nanos::get);
    private final List<Integer> ofMerchants = SET.groups().stream()
            .filter(group -> group.entity() == EntityType.MERCHANT)
            .map(GroupSpec::index)
            .toList();

    private static Authorization at(String merchant) {
        return new Authorization(
                new TransactionId("tx-1"),
                Instant.EPOCH,
                new Money(BigDecimal.ONE, "EUR"),
                new Authorization.Card(new CardToken("c-1"), null, EntryMode.CHIP),
                new Authorization.Merchant(new MerchantId(merchant), "5411", "DE"),
                null,
                null);
    }

    private static byte[][] read(int size) {
        byte[][] read = new byte[SET.groups().size() + SET.tails().size()][];
        for (int i = 0; i < read.length; i++) {
            read[i] = new byte[size];
        }
        return read;
    }

    private static List<Lookup> all(Lookup lookup) {
        return Collections.nCopies(SET.groups().size(), lookup);
    }

    @Test
    void find_givesTheMerchantsGroupsOnly_asTheyWereReadLast() {
        values.keep(at("m-1"), read(10), all(HIT));
        byte[][] last = read(20);
        values.keep(at("m-1"), last, all(HIT));

        byte[][] found = Objects.requireNonNull(values.find(at("m-1")));

        assertThat(found.length).isEqualTo(last.length);
        for (int i = 0; i < last.length; i++) {
            assertThat(found[i]).isSameAs(ofMerchants.contains(i) ? last[i] : null);
        }
        assertThat(values.find(at("m-2"))).isNull();
    }

    @Test
    void find_givesNothing_whenItWasReadTooLongAgo() {
        values.keep(at("m-1"), read(10), all(HIT));
        nanos.addAndGet(MAX_AGE.toNanos());
        assertThat(values.find(at("m-1"))).isNotNull();

        nanos.addAndGet(1);

        assertThat(values.find(at("m-1"))).isNull();
    }

    @Test
    void keep_takesNothing_thatCouldNotBeUsed() {
        values.keep(at("m-1"), read(10), all(new Lookup.Missing(MissCause.CORRUPT)));
        values.keep(at("m-2"), read(100_000), all(HIT));

        assertThat(values.find(at("m-1"))).isNull();
        assertThat(values.find(at("m-2"))).isNull();
    }

    @Test
    void keep_takesTheGroupThatIsThere_whenAnotherIsNot() {
        List<Lookup> lookups = new ArrayList<>(all(HIT));
        lookups.set(ofMerchants.get(1), new Lookup.Missing(MissCause.NEW_ENTITY));
        values.keep(at("m-1"), read(10), lookups);

        byte[][] found = Objects.requireNonNull(values.find(at("m-1")));

        assertThat(found[ofMerchants.get(0)]).isNotNull();
        assertThat(found[ofMerchants.get(1)]).isNull();
    }

    @Test
    void busyMerchant_stays_whenManyOthersPassBy() {
        int others = 100 * CAPACITY;
        for (int i = 0; i < others; i++) {
            values.keep(at("m-busy"), read(10), all(HIT));
            values.keep(at("m-" + i), read(10), all(HIT));
        }

        assertThat(values.find(at("m-busy"))).isNotNull();
        assertThat(IntStream.range(0, others).filter(i -> values.find(at("m-" + i)) != null))
                .hasSizeLessThan(CAPACITY);
    }

    @Test
    void find_givesNothing_whenNoneAreToBeHeld() {
        LastKnownValues none = new LastKnownValues(SET, 0, MAX_AGE, nanos::get);
        none.keep(at("m-1"), read(10), all(HIT));

        assertThat(none.find(at("m-1"))).isNull();
    }
}
