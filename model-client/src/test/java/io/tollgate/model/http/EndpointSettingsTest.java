package io.tollgate.model.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointSettingsTest {
    @Test
    void target_keepsPathAndQuery() {
        EndpointSettings settings = settings("https://w.example/serving-endpoints/a%20b/invocations?x=1");

        assertThat(settings.target()).isEqualTo("/serving-endpoints/a%20b/invocations?x=1");
        assertThat(settings.authority()).isEqualTo("w.example");
        assertThat(settings.port()).isEqualTo(443);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/x", "/invocations", "https:///x", "https://user:secret@host/x"})
    void constructor_refuses_whenTheUrlIsNone(String url) {
        assertThatThrownBy(() -> settings(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the model endpoint's URL must be")
                .message()
                .doesNotContain("secret");
    }

    private static EndpointSettings settings(String url) {
        return EndpointSettings.of(URI.create(url), InvocationProtocol.MLFLOW);
    }
}
