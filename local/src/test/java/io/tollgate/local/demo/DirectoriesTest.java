package io.tollgate.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {
    @TempDir
    Path root;

    @Test
    void copyWhole_copiesAllThatIsInIt_andLeavesNothingBeside() throws Exception {
        Path from = root.resolve("from");
        Files.createDirectories(from.resolve("sub"));
        Files.writeString(from.resolve("sub").resolve("file"), "content");

        Directories.copyWhole(from, root.resolve("to"));

        assertThat(root.resolve("to").resolve("sub").resolve("file")).hasContent("content");
        try (var entries = Files.list(root)) {
            assertThat(entries).containsExactlyInAnyOrder(from, root.resolve("to"));
        }
    }

    @Test
    void copyWhole_keepsWhatIsThere_whenAnotherWasQuicker() throws Exception {
        Path from = Files.createDirectories(root.resolve("from"));
        Path to = Files.createDirectories(root.resolve("to"));
        Files.writeString(to.resolve("model"), "theirs");
        Files.writeString(from.resolve("model"), "ours");

        Directories.copyWhole(from, to);

        assertThat(to.resolve("model")).hasContent("theirs");
    }

    @Test
    void delete_removesTheTree_andDoesNotMindThatItIsGone() throws Exception {
        Path tree = Files.createDirectories(root.resolve("a").resolve("b"));
        Files.writeString(tree.resolve("c"), "");

        Directories.delete(root.resolve("a"));
        Directories.delete(root.resolve("a"));

        assertThat(root.resolve("a")).doesNotExist();
    }
}
