package io.tollgate.local.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drill must be able to fail: each way in which Delta can differ from what was answered is seen. */
class DeltaDecisionsTest {
    private static final String TIME = "2026-11-21T10:15:30.120Z";
    private static final Told APPROVED = new Told("APPROVE", Instant.parse(TIME));

    @TempDir
    Path directory;

    private DeltaDecisions compare(Map<String, Told> answered, String... rows) throws IOException {
        Path file = directory.resolve("decisions.csv");
        Files.writeString(file, "transaction_id,decision,decided_at\n" + String.join("\n", rows) + "\n");
        return DeltaDecisions.compare(answered, file);
    }

    private static String row(String id, String decision) {
        return id + "," + decision + "," + TIME;
    }

    @Test
    void comparison_isClean_whenEveryAnswerHasItsRow() throws IOException {
        DeltaDecisions delta =
                compare(Map.of("tx-1", APPROVED, "tx-2", APPROVED), row("tx-2", "APPROVE"), row("tx-1", "APPROVE"));

        assertThat(delta.clean()).isTrue();
        assertThat(delta.rows()).isEqualTo(2);
    }

    @Test
    void comparison_namesWhatIsMissing_andWhatStandsThereInItsPlace() throws IOException {
        DeltaDecisions delta =
                compare(Map.of("tx-1", APPROVED, "tx-2", APPROVED), row("tx-1", "APPROVE"), row("tx-3", "APPROVE"));

        assertThat(delta.clean()).isFalse();
        assertThat(delta.missing()).containsExactly("tx-2");
        assertThat(delta.unasked()).containsExactly("tx-3");
    }

    @Test
    void comparison_namesWhatStandsThereTwice() throws IOException {
        DeltaDecisions delta = compare(Map.of("tx-1", APPROVED), row("tx-1", "APPROVE"), row("tx-1", "APPROVE"));

        assertThat(delta.clean()).isFalse();
        assertThat(delta.repeated()).containsExactly("tx-1");
    }

    @Test
    void comparison_namesWhatWasAnsweredOtherwise_orAtAnotherInstant() throws IOException {
        Told later = new Told("APPROVE", Instant.parse(TIME).plusMillis(1));
        DeltaDecisions delta =
                compare(Map.of("tx-1", APPROVED, "tx-2", later), row("tx-1", "DECLINE"), row("tx-2", "APPROVE"));

        assertThat(delta.clean()).isFalse();
        assertThat(delta.contradicted()).containsExactly("tx-1", "tx-2");
    }

    @Test
    void file_isRefused_whenItIsNoneOfDecisions() throws IOException {
        Path file = Files.writeString(directory.resolve("other.csv"), "a,b\n");

        assertThatThrownBy(() -> DeltaDecisions.compare(Map.of(), file)).hasMessageContaining("a,b");
    }
}
