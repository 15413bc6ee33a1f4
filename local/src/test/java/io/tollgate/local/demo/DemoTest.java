package io.tollgate.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be wrong with the command line: told in one line with exit code 2, before anything starts. */
class DemoTest {
    @TempDir
    Path directory;

    private record Ending(int exitCode, String message) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--durration 60s|Unknown option",
                "--duration soon|--duration must be a time such as 30s, 5m or 1h, not 'soon'",
                "--duration 0s|--duration must be a time",
                "--rate 0|--rate must be more than 0",
                "--rate fast|Invalid value for option '--rate'",
                "--port 99999|--port must be 1 to 65535",
                "--no-traffic --rate 5|--no-traffic sends nothing",
                "--speed 10|--mapping and --speed are for a file",
                "--transactions none.csv|--transactions needs --mapping: one of handbook, simulated, sparkov",
                "--transactions none.csv --mapping handbook|file none.csv does not exist",
                "--transactions none.csv --mapping nothing|mapping file nothing does not exist",
                "--transactions none.csv --mapping handbook --rate 5 --speed max|give either --rate or --speed",
            })
    void execute_endsWithTwoAndOneLine_whenAnOptionCannotBeUsed(String arguments, String message) throws Exception {
        Ending ending = execute(arguments.split(" "));

        assertThat(ending.exitCode()).isEqualTo(2);
        assertThat(ending.message()).startsWith("tollgate demo: ").contains(message);
        assertThat(ending.message().lines()).hasSize(1);
    }

    @Test
    void execute_saysWhatIsWrongWithTheFile_whenSpeedOrContentCannotBeUsed() throws Exception {
        Path file = Files.writeString(directory.resolve("t.csv"), "A,B\n1,2\n");

        assertThat(execute("--transactions", file.toString(), "--mapping", "handbook")
                        .message())
                .contains("has no column TRANSACTION_ID");
        Path rows = Files.writeString(
                directory.resolve("u.csv"),
                "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD\n0,a,b,c,d,e\n");
        assertThat(execute("--transactions", rows.toString(), "--mapping", "handbook", "--speed", "warp")
                        .message())
                .contains("--speed must be max");
    }

    @Test
    void execute_endsWithTwo_whenThePortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            Ending ending = execute("--port", Integer.toString(taken.getLocalPort()));

            assertThat(ending.exitCode()).isEqualTo(2);
            assertThat(ending.message()).contains("port " + taken.getLocalPort(), "--port");
        }
    }

    @Test
    void execute_endsWithTwo_whenTheReportCannotBeWritten() throws Exception {
        assertThat(execute("--report", directory.toString()).message()).contains("cannot be written");
    }

    private static Ending execute(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        if (!words.contains("--port")) {
            try (ServerSocket free = new ServerSocket(0)) {
                words.addAll(List.of("--port", Integer.toString(free.getLocalPort())));
            }
        }
        PrintStream standardError = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            return new Ending(Demo.execute(words.toArray(String[]::new)), captured.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(standardError);
        }
    }
}
