package io.tollgate.model.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tollgate.model.ScoreRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestEncoderTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static String encoded(@Nullable String traceparent) {
        RequestEncoder encoder = new RequestEncoder(
                EndpointSettings.of(URI.create("http://127.0.0.1:8080/invocations"), InvocationProtocol.MLFLOW),
                List.of("a", "b"));
        ScoreRequest request = new ScoreRequest(new double[] {1, 2.5}, 0, Duration.ofMillis(10), traceparent);
        ByteBuf out = encoder.encode(request, "", UnpooledByteBufAllocator.DEFAULT);
        try {
            return out.toString(StandardCharsets.US_ASCII);
        } finally {
            out.release();
        }
    }

    private static String body(String message) {
        return message.substring(message.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void head_namesTheTrace_andTheBodysLength() {
        String message = encoded(TRACE);

        assertThat(message).contains("\r\ntraceparent: " + TRACE + "\r\n");
        assertThat(message).containsPattern("content-length: *" + body(message).length() + "\r\n");
    }

    @Test
    void head_namesNoTrace_whenThereIsNone() {
        String message = encoded(null);

        assertThat(message).doesNotContain("traceparent");
        assertThat(body(message)).isEqualTo(body(encoded(TRACE)));
    }

    @Test
    void head_isNotEnded_byATraceThatHoldsALineBreak() {
        assertThat(encoded("00-1\r\nx-admin: true")).doesNotContain("x-admin");
    }
}
