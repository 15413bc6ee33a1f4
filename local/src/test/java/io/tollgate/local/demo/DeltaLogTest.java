package io.tollgate.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaLogTest {
    @TempDir
    Path table;

    @Test
    void rows_areThoseOfFilesThatAreStillThere() throws Exception {
        commit(0, "{\"protocol\":{\"minReaderVersion\":1}}", add("a", 10), add("b", 5));
        commit(1, add("c", 7));
        commit(2, "{\"remove\":{\"path\":\"a\"}}", "{\"remove\":{\"path\":\"c\"}}", add("a-and-c", 17));

        assertThat(DeltaLog.rows(table)).isEqualTo(22);
    }

    @Test
    void rows_areNone_whenThereIsNoTable() throws Exception {
        assertThat(DeltaLog.rows(table.resolve("nowhere"))).isZero();
    }

    @Test
    void rows_cannotBeTold_whenAFileHasNoStatistics() throws Exception {
        commit(0, "{\"add\":{\"path\":\"a\",\"size\":1}}");

        assertThatThrownBy(() -> DeltaLog.rows(table))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not say how many records");
    }

    private void commit(int version, String... actions) throws IOException {
        Path log = Files.createDirectories(table.resolve("_delta_log"));
        Files.writeString(log.resolve(String.format("%020d.json", version)), String.join("\n", actions));
    }

    private static String add(String path, int records) {
        return "{\"add\":{\"path\":\"" + path + "\",\"stats\":\"{\\\"numRecords\\\":" + records + "}\"}}";
    }
}
