package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.local.net.LocalCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica that speaks TLS with a certificate from files. */
class TlsIT {
    /** The files are looked at some ten seconds after they have changed (the framework's quiet period). */
    private static final Duration RENEWED_WITHIN = Duration.ofSeconds(60);

    @TempDir
    static Path scratch;

    private static BackendsProcess backends;
    private static LocalCertificate certificate;
    private static Replica replica;

    @BeforeAll
    static void start() throws Exception {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        certificate = LocalCertificate.create(scratch.resolve("tls"));
        replica = Replica.startWithTls(backends.settings(), scratch.resolve("outbox"), certificate);
    }

    @AfterAll
    static void stop() {
        if (replica != null) {
            replica.close();
        }
        if (backends != null) {
            backends.close();
        }
    }

    private static int statusFor(LocalCertificate trusted) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusted.sslContext()).build();
        HttpRequest request = HttpRequest.newBuilder(replica.url().resolve("/actuator/health/liveness"))
                .timeout(Replica.ANSWER_WITHIN)
                .build();
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }

    @Test
    void payment_isDecidedOverTls_andNotWithoutIt() throws Exception {
        assertThat(replica.authorize(Replica.payment("tls-1", "c-tls", "12.00")).statusCode())
                .isEqualTo(200);
        URI plain = URI.create("http://localhost:" + replica.url().getPort() + "/actuator/health/liveness");
        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(plain)
                                        .timeout(Replica.ANSWER_WITHIN)
                                        .build(),
                                BodyHandlers.ofString()))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void renewedCertificate_isServed_withoutARestart() throws Exception {
        LocalCertificate renewed = LocalCertificate.create(scratch.resolve("renewed"));
        assertThatThrownBy(() -> statusFor(renewed)).isInstanceOf(SSLException.class);

        Files.copy(renewed.keyPem(), certificate.keyPem(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(renewed.certificatePem(), certificate.certificatePem(), StandardCopyOption.REPLACE_EXISTING);

        Instant end = Instant.now().plus(RENEWED_WITHIN);
        int status = 0;
        while (status == 0 && Instant.now().isBefore(end)) {
            try {
                status = statusFor(renewed);
            } catch (SSLException stillTheOldOne) {
                Thread.sleep(500);
            }
        }
        assertThat(status).isEqualTo(200);
    }
}
