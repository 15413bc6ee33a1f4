package io.tollgate.features.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.domain.AuthorizationDraft.TimeBounds;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is scanned by hand, judged by patterns that say the same. */
class AuthorizationDraftTest {
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,10}(\\.[0-9]{1,4})?");
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])");
    private static final Instant NOW = Instant.parse("2026-11-21T10:15:30Z");
    private static final int TEXTS = 200_000;

    @Test
    void validate_takesAmounts_thatThePatternTakes() {
        long seed = 5;
        Random random = new Random(seed);
        int taken = 0;
        for (int i = 0; i < TEXTS; i++) {
            String text = random(random, "0123456789..", 16);
            AuthorizationDraft draft = draft();
            draft.amountValue = text;

            boolean valid = !violated(draft).contains("amount.value");

            assertThat(valid)
                    .as("seed %d: %s", seed, text)
                    .isEqualTo(DECIMAL.matcher(text).matches());
            taken += valid ? 1 : 0;
        }
        assertThat(taken).isBetween(1_000, TEXTS - 1_000);
    }

    @Test
    void validate_takesAddresses_thatThePatternTakes() {
        long seed = 6;
        Random random = new Random(seed);
        int taken = 0;
        for (int i = 0; i < TEXTS; i++) {
            String text = random(random, "0122559..", 4) + "." + random(random, "0122559", 3) + "."
                    + random(random, "012255", 3) + "." + random(random, "01225.", 3);
            AuthorizationDraft draft = draft();
            draft.deviceIp = text;

            boolean valid = !violated(draft).contains("device.ip");

            assertThat(valid)
                    .as("seed %d: %s", seed, text)
                    .isEqualTo(IPV4.matcher(text).matches());
            taken += valid ? 1 : 0;
        }
        assertThat(taken).isBetween(1_000, TEXTS - 1_000);
    }

    private static String random(Random random, String alphabet, int most) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(most + 1); n > 0; n--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static List<String> violated(AuthorizationDraft draft) {
        return draft.validate(NOW, TimeBounds.DEFAULT) instanceof AuthorizationDraft.Result.Invalid invalid
                ? invalid.violations().stream().map(Violation::field).toList()
                : List.of();
    }

    private static AuthorizationDraft draft() {
        AuthorizationDraft draft = new AuthorizationDraft();
        draft.transactionId = "tx-1";
        draft.occurredAt = "2026-11-21T10:15:30Z";
        draft.amountValue = "1";
        draft.amountCurrency = "EUR";
        draft.cardToken = "c-1";
        draft.cardEntryMode = "ECOM";
        draft.merchantId = "m-1";
        draft.merchantCategoryCode = "5411";
        draft.merchantCountry = "DE";
        draft.devicePresent = true;
        draft.deviceIp = "203.0.113.7";
        return draft;
    }
}
