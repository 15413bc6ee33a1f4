package io.tollgate.pipeline.sets;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.spec.FeatureSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that need nothing but files, through the command line. */
class FeatureSetCommandTest {
    private static final String V3 = FeatureSets.file("fraud-v3").text();

    @TempDir
    Path folder;

    private static Ran run(String... arguments) {
        return Ran.of(arguments);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void validate_saysWhatItFound_whenTheSetIsValid() {
        Ran ran = run("feature-set", "validate", "fraud-v3", "--policy", "default-policy");

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("fraud-v3 is valid: 82 features in 6 groups, amounts in EUR, hash ");
    }

    @Test
    void validate_namesFileLineAndRemedy_inOneLine_whenItIsNot() throws IOException {
        String bad = file("bad.yaml", V3.replaceFirst("window: 1h\n", "window: 1h\n    tile: 2h\n"));

        Ran ran = run("feature-set", "validate", bad);

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().strip()).matches(".*bad\\.yaml:[0-9]+: .*shorter than its tile.*make it smaller");
    }

    @Test
    void validate_refuses_whatIsNoFeatureSet() {
        assertThat(run("feature-set", "validate", folder.resolve("absent.yaml").toString()))
                .satisfies(ran -> assertThat(ran.code()).isEqualTo(2))
                .satisfies(ran -> assertThat(ran.err().strip())
                        .contains("give a file, or one of")
                        .doesNotContain("\n"));
        assertThat(run("feature-set", "validate", "sparkov-v1", "--policy", "default-policy"))
                .satisfies(ran -> assertThat(ran.code()).isEqualTo(2))
                .satisfies(ran -> assertThat(ran.err().strip())
                        .contains("does not fit sparkov-v1")
                        .doesNotContain("\n"));
        assertThat(run("feature-set").code()).isEqualTo(2);
        assertThat(run("feature-set", "validate").code()).isEqualTo(2);
    }

    @Test
    void diff_showsTheChange_andThatTheModelDoesNotFit() throws IOException {
        String v4 =
                file("v4.yaml", V3.replace("version: v3", "version: v4").replaceFirst("window: 1h\n", "window: 2h\n"));

        Ran ran = run("feature-set", "diff", "fraud-v3", v4);

        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .contains("  ~ card_tx_count_1h\n      window 1 h -> 2 h\n")
                .contains("one trained on fraud-v3 is refused on fraud-v4");
    }

    @Test
    void activate_refuses_whatCannotBeAVersionOrAnAddress() {
        assertThat(run("feature-set", "activate", "latest").err()).contains("give one such as v4");
        assertThat(run("feature-set", "retire", "fraud-v3").err()).contains("give one such as v3");
    }

    @Test
    void catalogue_printsThePage() {
        assertThat(run("feature-set", "catalogue", "handbook-v1").out()).startsWith("# Features of handbook-v1\n");
    }
}
