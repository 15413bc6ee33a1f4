package io.tollgate.api.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFilesTest {
    private static final int BYTES = 1 << 20;

    @TempDir
    Path directory;

    private SegmentFiles files;

    @BeforeEach
    void open() throws IOException {
        files = new SegmentFiles(directory, BYTES);
        assertThat(files.open()).isEmpty();
    }

    private long count() throws IOException {
        try (var all = Files.list(directory)) {
            return all.count();
        }
    }

    @Test
    void create_usesTheSpare_whenThereIsOne() throws IOException {
        files.prepareSpare();
        assertThat(files.create(0).capacity()).isEqualTo(BYTES);

        assertThat(files.hasSpare()).isFalse();
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void create_doesNotAskTheDiskAgain_afterItHadNoRoom() throws IOException {
        files.noRoom(new IOException("No space left on device"));

        assertThat(files.isFull()).isTrue();
        assertThatThrownBy(() -> files.create(0)).isInstanceOf(IOException.class);
        assertThat(count()).isZero();
    }

    @Test
    void create_worksAgain_whenTheMaintenanceThreadHasFoundRoom() throws IOException {
        files.noRoom(new IOException("No space left on device"));
        files.prepareSpare();

        assertThat(files.isFull()).isFalse();
        assertThat(files.create(7).baseOffset()).isEqualTo(7);
    }

    /** As somebody does who looks for room on a full disk. */
    @Test
    void create_makesItsFile_whenTheSpareWasDeleted() throws IOException {
        files.prepareSpare();
        try (var all = Files.list(directory)) {
            Files.delete(all.findFirst().orElseThrow());
        }

        assertThat(files.create(0).capacity()).isEqualTo(BYTES);
        files.prepareSpare();
        assertThat(files.create(BYTES).capacity()).isEqualTo(BYTES);
    }

    @Test
    void create_replacesWhatCouldNotBeMapped() throws IOException {
        Files.createFile(directory.resolve("%019d.events".formatted(0)));
        files.prepareSpare();

        assertThat(files.create(0).capacity()).isEqualTo(BYTES);
    }

    @Test
    void open_findsSegmentsInOrder_andRemovesSpares() throws IOException {
        files.create(BYTES);
        files.create(0);
        files.prepareSpare();

        assertThat(new SegmentFiles(directory, BYTES).open())
                .extracting(Segment::baseOffset)
                .containsExactly(0L, (long) BYTES);
        assertThat(count()).isEqualTo(2);
    }
}
