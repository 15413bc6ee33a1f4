package io.tollgate.local.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendSettingsTest {
    @Test
    void settings_areTheSame_afterTheWayThroughJson() {
        BackendSettings settings = new BackendSettings(Map.of(
                "redis.uri", "rediss://:a\"b\\c@h:1",
                "kafka.bootstrap.servers", "127.0.0.1:9092",
                "kafka.sasl.jaas.config", "x required username=\"$ConnectionString\" password=\"p;\";\n\t"));

        assertThat(BackendSettings.fromJson(settings.toJson())).isEqualTo(settings);
        assertThat(settings.toJson()).doesNotContain("\n");
        assertThat(settings.kafkaProperties()).containsEntry("bootstrap.servers", "127.0.0.1:9092");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "{\"a\":1}", "{\"a\":\"b\" \"c\":\"d\"}", "{\"a\":\"b\"} trailing", "{\"a\"}"})
    void fromJson_isRefused_whenItIsNoFlatObjectOfStrings(String json) {
        assertThatThrownBy(() -> BackendSettings.fromJson(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("JSON object of strings");
    }

    @Test
    void toString_namesSettingsWithoutTheirValues() {
        assertThat(new BackendSettings(Map.of("redis.uri", "redis://:secret@h:1")).toString())
                .contains("redis.uri")
                .doesNotContain("secret");
    }

    @Test
    void absentSetting_namesTheRemedy() {
        assertThatThrownBy(() -> new BackendSettings(Map.of()).redisUri())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("BackendOptions");
    }

    @Test
    void options_areTheSame_afterTheWayThroughACommandLine() {
        BackendOptions options = BackendOptions.only(Service.REDIS, Service.KAFKA)
                .withTopics(Map.of("a:b", 3, "c", 1))
                .withRedisNodes(1)
                .withSecurity(true)
                .withDataDir(Path.of("/tmp/a dir"));

        assertThat(BackendOptions.parse(options.toArguments())).isEqualTo(options);
    }

    @Test
    void parse_namesTheOptions_whenOneIsUnknown() {
        assertThatThrownBy(() -> BackendOptions.parse(List.of("--nonsense")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--nonsense")
                .hasMessageContaining("--service");
    }
}
