package io.tollgate.api.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyDeskTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T10:15:31Z"), ZoneOffset.UTC);
    private static final FeatureEngine ENGINE =
            FeatureEngine.compile(FeatureSets.fraudV3(), IdHasher.of("a secret only for tests"));

    @TempDir
    Path directory;

    private Path file;
    private int written;

    @BeforeEach
    void name() {
        file = directory.resolve("policy.yaml");
    }

    private static String policy(String version, double declineAt) {
        return """
            version: "%s"
            thresholds:
              - {stepUp: 0.1, decline: %s}
            """.formatted(version, declineAt);
    }

    /** Every write a second apart, as far as the file system tells. */
    private void write(Path to, String text) throws IOException {
        Files.writeString(to, text);
        Files.setLastModifiedTime(to, FileTime.from(CLOCK.instant().plusSeconds(++written)));
    }

    private PolicyDesk desk() {
        PolicyDesk desk = PolicyDesk.live(file.toString(), CLOCK);
        PolicySlot unused = desk.slotFor(ENGINE);
        return desk;
    }

    private static String active(PolicyDesk desk) {
        PolicyState.Version version = desk.state().active();
        return version == null ? "none" : version.version();
    }

    @Test
    void poll_takesAChangedFile_onceItStandsStill() throws IOException {
        write(file, policy("1", 0.9));
        PolicyDesk desk = desk();
        write(file, policy("2", 0.8));

        desk.poll();
        assertThat(active(desk)).isEqualTo("1");
        write(file, policy("3", 0.7));
        desk.poll();
        assertThat(active(desk)).isEqualTo("1");
        desk.poll();

        assertThat(active(desk)).isEqualTo("3");
        assertThat(desk.state().problem()).isNull();
        assertThat(desk.state().previous())
                .extracting(PolicyState.Version::version)
                .containsExactly("1");
    }

    @Test
    void poll_keepsThePolicy_whenTheFileIsBroken() throws IOException {
        write(file, policy("1", 0.9));
        PolicyDesk desk = desk();

        write(file, policy("2", 0.8) + "rules:\n  - {code: TOO_MUCH, when: amont > 5, then: DECLINE, message: m}\n");
        desk.poll();
        desk.poll();

        assertThat(active(desk)).isEqualTo("1");
        assertThat(desk.state().problem()).contains(file + ":5").contains("amont");
        assertThat(desk.state().refused()).isEqualTo(1);
        desk.poll();
        assertThat(desk.state().refused()).as("said once").isEqualTo(1);

        Files.delete(file);
        desk.poll();
        desk.poll();
        assertThat(active(desk)).isEqualTo("1");
        assertThat(desk.state().problem()).contains("no policy");

        write(file, policy("2", 0.8));
        desk.poll();
        desk.poll();
        assertThat(active(desk)).isEqualTo("2");
        assertThat(desk.state().problem()).isNull();
    }

    /** Each is read by the watch, which must survive it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void poll_keepsThePolicy_whenTheFileIs(String what, byte[] bytes, String problem) throws IOException {
        write(file, policy("1", 0.9));
        PolicyDesk desk = desk();

        write(file, "");
        Files.write(file, bytes);
        desk.poll();
        desk.poll();

        assertThat(active(desk)).isEqualTo("1");
        assertThat(desk.state().problem()).contains(problem);
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                Arguments.of("lists in lists", text("[".repeat(200_000)), "is nested deeper than 32 levels"),
                Arguments.of("mappings in mappings", text("a: ".concat("{a: ".repeat(100_000))), "is nested deeper"),
                Arguments.of(
                        "not UTF-8", "version: \u00fc".getBytes(StandardCharsets.ISO_8859_1), "is not text in UTF-8"),
                Arguments.of("huge", new byte[5_000_000], "is larger than 4000000 bytes"),
                Arguments.of("long", text("#".repeat(1_000_001)), "is longer than 1000000 characters"));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void poll_refuses_whenTheTextChangedAndTheVersionDidNot() throws IOException {
        write(file, policy("1", 0.9));
        PolicyDesk desk = desk();

        write(file, policy("1", 0.8));
        desk.poll();
        desk.poll();

        assertThat(desk.state().problem()).contains("give it a version of its own");
    }

    @Test
    void poll_refuses_whenAnExampleFails() throws IOException {
        Path examples = directory.resolve("policy-examples.yaml");
        write(file, policy("1", 0.9));
        write(examples, """
            examples:
              - {name: high, payment: {amount: 1}, score: 0.95, expect: DECLINE}
            """);
        PolicyDesk desk = desk();

        write(file, policy("2", 0.99));
        desk.poll();
        desk.poll();

        assertThat(active(desk)).isEqualTo("1");
        assertThat(desk.state().problem()).contains(examples + ":2").contains("'high'");

        write(examples, """
            examples:
              - {name: high, payment: {amount: 1}, score: 0.95, expect: STEP_UP}
            """);
        desk.poll();
        desk.poll();
        assertThat(active(desk)).isEqualTo("2");
    }

    @Test
    void rollBack_returnsToThePolicyBefore_untilTheFileChanges() throws IOException {
        write(file, policy("1", 0.9));
        PolicyDesk desk = desk();
        assertThat(desk.rollBack()).contains("no policy was in force before");
        write(file, policy("2", 0.8));
        desk.poll();
        desk.poll();

        assertThat(desk.rollBack()).isNull();
        desk.poll();
        desk.poll();
        assertThat(active(desk)).isEqualTo("1");
        assertThat(desk.state().rolledBack()).isTrue();

        write(file, policy("3", 0.8));
        desk.poll();
        desk.poll();
        assertThat(active(desk)).isEqualTo("3");
        assertThat(desk.state().rolledBack()).isFalse();
    }

    @Test
    void slotFor_stopsTheStart_butNotForAShadow() throws IOException {
        write(file, "version: x y\n");

        assertThatThrownBy(this::desk).hasMessageContaining(file + ":1");

        PolicyDesk shadow = PolicyDesk.shadow(file.toString(), CLOCK);
        PolicySlot unused = shadow.slotFor(ENGINE);
        assertThat(active(shadow)).isEqualTo("none");
        assertThat(shadow.state().problem()).contains(file + ":1");

        write(file, policy("1", 0.9));
        shadow.poll();
        shadow.poll();
        assertThat(active(shadow)).isEqualTo("1");
    }
}
