package io.tollgate.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClientRatesTest {
    private long now = 1_000;

    private int admitted(ClientRates rates, String client, int asked) {
        int count = 0;
        for (int i = 0; i < asked; i++) {
            count += rates.take(client) == 0 ? 1 : 0;
        }
        return count;
    }

    @Test
    void take_admitsABurst_thenTheRate() {
        ClientRates rates = new ClientRates(10, 5, () -> now);

        assertThat(admitted(rates, "a", 50)).isEqualTo(5);
        now += Duration.ofMillis(300).toNanos();
        assertThat(admitted(rates, "a", 50)).isEqualTo(3);
        now += Duration.ofHours(1).toNanos();
        assertThat(admitted(rates, "a", 50)).isEqualTo(5);
        assertThat(rates.take("a")).isEqualTo(1);
    }

    @Test
    void take_tellsHowLongToWait_inWholeSeconds() {
        ClientRates rates = new ClientRates(1, 1, () -> now);

        assertThat(rates.take("a")).isZero();
        assertThat(rates.take("a")).isEqualTo(1);
        now += Duration.ofSeconds(1).toNanos();
        assertThat(rates.take("a")).isZero();
    }

    @Test
    void take_countsClientsApart() {
        ClientRates rates = new ClientRates(10, 5, () -> now);

        assertThat(admitted(rates, "a", 9)).isEqualTo(5);
        assertThat(admitted(rates, "b", 9)).isEqualTo(5);
    }

    @Test
    void take_admitsAll_withoutARate() {
        assertThat(admitted(new ClientRates(0, 1_000, () -> now), "a", 5_000)).isEqualTo(5_000);
    }

    @Test
    void rates_refuseBounds_outOfRange() {
        assertThatThrownBy(() -> new ClientRates(-1, 1, () -> now)).hasMessageContaining("client-rate must be between");
        assertThatThrownBy(() -> new ClientRates(1, 601, () -> now)).hasMessageContaining("client-burst must be");
    }
}
