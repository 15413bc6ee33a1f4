package io.tollgate.pipeline.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceWishTest {
    private static @Nullable ReferenceWish in(String message) {
        return ReferenceWish.in(message.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"NEW_ENTITY, true", "EXPIRED, true", "TIMEOUT, false", "UNAVAILABLE, false", "CORRUPT, false"})
    void payment_wishes_onlyWhenRedisDoesNotKnowTheReference(String cause, boolean wishes) {
        ReferenceWish wish = in(FeedDocuments.payment("tx-1", "c-1", "MISS", cause));

        assertThat(wish).isEqualTo(wishes ? new ReferenceWish("c-1") : null);
    }

    @Test
    void payment_wishesNothing_whenItsReferenceWasThere() {
        assertThat(in(FeedDocuments.payment("tx-1", "c-1", "HIT", ""))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "null", "{\"type\":\"outcome\"}", "{\"type\":\"authorization\",\"groups\":3}"})
    void message_wishesNothing_whenItIsNoPayment(String message) {
        assertThat(in(message)).isNull();
    }

    @Test
    void toString_hidesTheToken() {
        assertThat(new ReferenceWish("c-secret").toString()).doesNotContain("secret");
    }
}
