package io.tollgate.pipeline.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContinuationsTest {
    @TempDir
    private Path directory;

    private Continuations continuations;

    @BeforeEach
    void open() {
        continuations = new Continuations(directory.resolve("state"), FeedContainer.FRAUD_OUTCOMES);
    }

    @Test
    void load_findsNothing_beforeTheFirstSave() throws IOException {
        assertThat(continuations.load("rid")).isEmpty();
    }

    @Test
    void load_returnsTheLatestSave() throws IOException {
        continuations.save("rid", List.of("a", "b"));
        continuations.save("rid", List.of("c", "b"));

        assertThat(continuations.load("rid")).containsExactly("c", "b");
    }

    @Test
    void load_findsNothing_whenTheContainerIsAnotherOfTheSameName() throws IOException {
        continuations.save("rid", List.of("a"));

        assertThat(continuations.load("another")).isEmpty();
    }

    @Test
    void load_namesTheFileAndTheRemedy_whenItIsDamaged() throws IOException {
        continuations.save("rid", List.of("a"));
        Files.writeString(directory.resolve("state").resolve("fraud_outcomes.json"), "{\"container\":\"rid\"");

        assertThatThrownBy(() -> continuations.load("rid"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("fraud_outcomes.json")
                .hasMessageContaining("remove it");
    }
}
