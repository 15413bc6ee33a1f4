package io.tollgate.model.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tollgate.model.artifact.TestModels.Trained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelArtifactIT {
    private static Trained trained;

    @TempDir
    private Path parent;

    private Path directory;

    @BeforeAll
    static void train() throws Exception {
        trained = TestModels.train(10, 4, 20, 1);
    }

    @BeforeEach
    void write() {
        directory = parent.resolve("fraud-7");
        TestModels.write(directory, trained);
    }

    @Test
    void read_returnsWhatWasWritten() throws Exception {
        ModelArtifact artifact = ModelArtifact.read(directory);

        assertThat(artifact.metadata()).isEqualTo(TestModels.metadata());
        assertThat(artifact.features()).isEqualTo(TestModels.names(10));
        assertThat(artifact.ensemble().probability(trained.rows(), 0))
                .isCloseTo(trained.booster().predict(trained.matrix())[0][0], within(1e-6));
    }

    @Test
    void write_leavesABoosterThatXgboostLoads_withTheGivenNames() throws Exception {
        Booster loaded = XGBoost.loadModel(directory.resolve("model.json").toString());

        assertThat(loaded.getFeatureNames()).containsExactlyElementsOf(TestModels.names(10));
        assertThat(loaded.predict(trained.matrix()))
                .isDeepEqualTo(trained.booster().predict(trained.matrix()));
    }

    @Test
    void read_takesABinaryBooster_whenMlmodelNamesOne() throws Exception {
        Files.write(directory.resolve("model.xgb"), trained.ubjson());
        edit("MLmodel", "data: model.json", "data: model.xgb");

        assertThat(ModelArtifact.read(directory).ensemble().featureCount()).isEqualTo(10);
    }

    @Test
    void write_refuses_whenTheDirectoryExists() {
        assertThatThrownBy(() -> TestModels.write(directory, trained))
                .isInstanceOf(ModelArtifactException.class)
                .hasMessageContaining("exists already");
    }

    @Test
    void write_leavesNothing_whenItRefuses() throws IOException {
        Path next = parent.resolve("next");
        assertThatThrownBy(() -> new ModelArtifactWriter(Clock.systemUTC())
                        .write(next, trained.json(), List.of("one"), TestModels.metadata(), new double[1]))
                .hasMessageContaining("10 features but 1 distinct names");
        try (var files = Files.list(parent)) {
            assertThat(files).containsExactly(directory);
        }
    }

    @Test
    void read_namesTheDirectory_whenThereIsNone() {
        assertThatThrownBy(() -> ModelArtifact.read(parent.resolve("absent")))
                .isInstanceOf(ModelArtifactException.class)
                .hasMessageContaining("absent: not a directory");
    }

    @Test
    void read_namesTheKey_whenMlmodelLacksIt() throws IOException {
        edit("MLmodel", "feature_set_hash:", "other:");
        assertProblem("MLmodel: metadata.tollgate.feature_set_hash is missing");
    }

    @Test
    void read_refuses_whenMlmodelIsNotYaml() throws IOException {
        Files.writeString(directory.resolve("MLmodel"), "flavors: [");
        assertProblem("MLmodel: not YAML");
    }

    @Test
    void read_refuses_whenTheDataLeadsOutside() throws IOException {
        edit("MLmodel", "data: model.json", "data: ../model.json");
        assertProblem("leads out of the directory");
    }

    @Test
    void read_refuses_whenAColumnIsNoDouble() throws IOException {
        edit("MLmodel", "\"type\":\"double\",\"name\":\"f3\"", "\"type\":\"string\",\"name\":\"f3\"");
        assertProblem("column 3 of signature.inputs is 'f3' of type 'string'");
    }

    @Test
    void read_refuses_whenSignatureAndBoosterDisagree() throws IOException {
        edit("MLmodel", "\"name\":\"f3\"", "\"name\":\"g3\"");
        assertProblem("feature 3 is 'f3' to the booster and 'g3' to the signature");
    }

    @Test
    void read_refuses_whenTheObjectiveIsAnother() throws IOException {
        edit("model.json", "binary:logistic", "reg:squarederror");
        assertProblem("the objective is 'reg:squarederror'");
    }

    @Test
    void read_refuses_whenTheBoosterIsCutShort() throws IOException {
        Path model = directory.resolve("model.json");
        byte[] bytes = Files.readAllBytes(model);
        Files.write(model, Arrays.copyOf(bytes, bytes.length / 2));
        assertProblem("model.json: not XGBoost JSON");
    }

    @Test
    void read_refuses_whenABinaryBoosterIsCutAnywhere() throws Exception {
        byte[] bytes = trained.ubjson();
        edit("MLmodel", "data: model.json", "data: model.ubj");
        for (int length = 0; length < bytes.length; length += 977) {
            Files.write(directory.resolve("model.ubj"), Arrays.copyOf(bytes, length));
            assertProblem("model.ubj: ");
        }
    }

    @Test
    void read_refuses_whenTreesLoop() throws IOException {
        Path model = directory.resolve("model.json");
        String json = Files.readString(model);
        Files.writeString(model, json.replaceFirst("\"left_children\":\\[1,", "\"left_children\":[0,"));
        assertProblem("tree 0 points to node 0");
    }

    private void assertProblem(String problem) {
        assertThatThrownBy(() -> ModelArtifact.read(directory))
                .isInstanceOf(ModelArtifactException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining(";")
                .message()
                .doesNotContain("\n");
    }

    private void edit(String file, String from, String to) throws IOException {
        Path path = directory.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(from);
        Files.writeString(path, text.replace(from, to));
    }
}
