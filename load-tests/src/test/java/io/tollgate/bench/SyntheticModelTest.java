package io.tollgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.model.artifact.ModelArtifact;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticModelTest {
    @TempDir
    private Path directory;

    @Test
    void model_isReadAndSplitsOnItsFeatures() {
        ModelArtifact model = SyntheticModel.write(directory.resolve("m"), List.of("a", "b", "c"), "fraud-v3", "0");
        double low = model.ensemble().probability(new double[] {0, 0, 0}, 0);
        double high = model.ensemble().probability(new double[] {50, 50, 50}, 0);
        assertThat(low).isBetween(0.0, 1.0).isNotEqualTo(high);
    }
}
