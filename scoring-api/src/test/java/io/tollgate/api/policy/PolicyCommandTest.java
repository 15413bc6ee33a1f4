package io.tollgate.api.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PolicyCommandTest {
    private static final String POLICY = """
        version: "1"
        thresholds:
          - {stepUp: 0.1, decline: 0.9}
        """;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = PolicyCommand.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    @Test
    void test_passes_forTheBuiltInPolicy() {
        assertThat(run("test", "--policy", "default-policy")).isZero();

        assertThat(out.toString())
                .contains("ok    device farm")
                .containsPattern("\\d+ examples, \\d+ as expected, 0 not: policy 2026-11-01 on fraud-v3");
    }

    @Test
    void test_exitsWith1_andNamesTheExample_whenOneFails() throws IOException {
        String policy = file("p.yaml", POLICY);
        String examples = file("p-examples.yaml", """
            examples:
              - {name: low, payment: {amount: 1}, score: 0.01, expect: APPROVE}
              - {name: high, payment: {amount: 1}, score: 0.5, expect: DECLINE}
            """);

        assertThat(run("test", "--policy", policy)).isEqualTo(1);

        assertThat(out.toString())
                .contains("ok    low: APPROVE")
                .contains("FAIL  high (" + examples + ":3): expected DECLINE, the policy says STEP_UP")
                .contains("2 examples, 1 as expected, 1 not: policy 1 on fraud-v3");
    }

    @Test
    void commands_exitWith2_andNameTheLine_whenAFileIsBroken() throws IOException {
        String policy =
                file("p.yaml", POLICY + "rules:\n  - {code: TOO_MUCH, when: amont > 5, then: DECLINE, message: m}\n");

        assertThat(run("validate", "--policy", policy)).isEqualTo(2);
        assertThat(run("test", "--policy", policy)).isEqualTo(2);

        assertThat(err.toString()).contains(policy + ":5").contains("amont").doesNotContain("Exception");
    }

    @Test
    void test_exitsWith2_whenThereAreNoExamples() throws IOException {
        String policy = file("p.yaml", POLICY);

        assertThat(run("test", "--policy", policy)).isEqualTo(2);

        assertThat(err.toString()).contains("name a file by --examples");
    }

    @Test
    void validate_countsTheRules() throws IOException {
        assertThat(run("validate", "--policy", file("p.yaml", POLICY))).isZero();

        assertThat(out.toString()).contains("policy 1 is valid: 0 limits and rules, for fraud-v3");
        assertThat(run("validate", "--policy", "nowhere.yaml")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
    }
}
