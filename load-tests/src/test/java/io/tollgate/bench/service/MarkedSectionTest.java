package io.tollgate.bench.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkedSectionTest {
    @TempDir
    private Path directory;

    private Path document(String text) throws IOException {
        return Files.writeString(directory.resolve("d.md"), text);
    }

    @Test
    void replace_keepsAllElse() throws IOException {
        Path document = document("a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n<!-- begin y -->\n<!-- end y -->\n");
        MarkedSection.replace(document, "x", "new\n");
        assertThat(document)
                .hasContent("a\n<!-- begin x -->\nnew\n<!-- end x -->\nb\n<!-- begin y -->\n<!-- end y -->\n");
    }

    @Test
    void replace_saysWhatIsMissing_whenThereIsNoSuchSection() throws IOException {
        Path document = document("a\n<!-- end x -->\n<!-- begin x -->\n");
        assertThatThrownBy(() -> MarkedSection.replace(document, "x", "new\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no section 'x'");
        assertThat(document).hasContent("a\n<!-- end x -->\n<!-- begin x -->\n");
    }
}
