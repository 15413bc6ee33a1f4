package io.tollgate.bench.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeastOptionsTest {
    @TempDir
    private Path directory = Path.of("replaced");

    private String program(String name) throws IOException {
        Path file = Files.createFile(directory.resolve(name));
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file.toString();
    }

    @Test
    void parse_takesWhatIsInstalled_andAWorkerForEachCore() throws IOException {
        String feast = program("feast");
        program("python");
        FeastOptions options = FeastOptions.parse(List.of("--python", feast));
        assertThat(options.python()).isEqualTo(Path.of(feast));
        assertThat(options.go()).isNull();
        assertThat(options.workers()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(options.quick()).isFalse();
        String go = program("feast-go");
        assertThat(FeastOptions.parse(List.of("--quick", "--go", go, "--workers", "3", "--python", feast)))
                .isEqualTo(new FeastOptions(Path.of(feast), Path.of(go), 3, true));
    }

    @Test
    void parse_saysHowToInstallFeast_whenItIsNotThere() throws IOException {
        assertThatThrownBy(() -> FeastOptions.parse(List.of())).hasMessageContaining("pip install 'feast[redis]==");
        String missing = directory.resolve("missing").toString();
        assertThatThrownBy(() -> FeastOptions.parse(List.of("--python", missing)))
                .hasMessageContaining(missing)
                .hasMessageContaining("pip install 'feast[redis]==");
        String alone = program("feast");
        assertThatThrownBy(() -> FeastOptions.parse(List.of("--python", alone)))
                .hasMessageContaining("no python beside")
                .hasMessageContaining("venv");
    }

    @Test
    void parse_saysWhereTheGoServerIsExplained_whenItIsNotThere() throws IOException {
        String feast = program("feast");
        assertThatThrownBy(() -> FeastOptions.parse(List.of("--python", feast, "--go", directory.toString())))
                .hasMessageContaining("docs/benchmarks.md");
    }

    @Test
    void parse_refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> FeastOptions.parse(List.of("--fast"))).hasMessageContaining("--fast");
        assertThatThrownBy(() -> FeastOptions.parse(List.of("--workers"))).hasMessageContaining("needs a value");
        for (String workers : List.of("0", "65", "-1", "two", "999")) {
            assertThatThrownBy(() -> FeastOptions.parse(List.of("--workers", workers)))
                    .hasMessageContaining("1 to 64");
        }
    }
}
