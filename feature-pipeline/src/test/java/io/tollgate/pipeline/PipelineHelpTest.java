package io.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** {@code ./tollgate COMMAND --help}, for every command of this module. */
class PipelineHelpTest {
    @ParameterizedTest
    @MethodSource("commands")
    void help_isPrinted_evenWithoutRequiredOptions(List<String> words) {
        StringWriter out = new StringWriter();
        CommandLine commandLine = Pipeline.commandLine().setOut(new PrintWriter(out, true));
        List<String> arguments = new ArrayList<>(words);
        arguments.add("--help");

        assertThat(commandLine.execute(arguments.toArray(String[]::new))).isZero();

        assertThat(out.toString())
                .startsWith("Usage: tollgate " + String.join(" ", words))
                .contains("Exit codes:");
    }

    static Stream<List<String>> commands() {
        return below(Pipeline.commandLine(), List.of());
    }

    private static Stream<List<String>> below(CommandLine parent, List<String> words) {
        return parent.getSubcommands().entrySet().stream().flatMap(entry -> {
            List<String> name =
                    Stream.concat(words.stream(), Stream.of(entry.getKey())).toList();
            return Stream.concat(Stream.of(name), below(entry.getValue(), name));
        });
    }
}
