package io.tollgate.features.csv;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Where the text of a mapping comes from. */
final class MappingFiles {
    /** A mapping has some dozen fields and a table or two; a file beyond this is not a mapping. */
    private static final int MAX_BYTES = 256 * 1024;

    private MappingFiles() {}

    /**
     * @param builtIn names to offer when there is no such file
     * @throws CsvException when the file is not there or cannot be one
     */
    static String text(Path file, List<String> builtIn) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new CsvException(file + " is larger than a mapping can be; are mapping and data file swapped?");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new CsvException(
                    "mapping file " + file + " does not exist; give a path or one of " + String.join(", ", builtIn));
        } catch (IOException e) {
            throw new CsvException("cannot read mapping file " + file + ": " + e.getMessage(), e);
        }
    }

    static String builtIn(String name) {
        try (InputStream in = MappingFiles.class.getResourceAsStream(name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("mapping " + name + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("mapping " + name + " cannot be read from the class path", e);
        }
    }
}
