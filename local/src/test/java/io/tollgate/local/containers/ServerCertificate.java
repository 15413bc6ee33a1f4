package io.tollgate.local.containers;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The certificate that a container made for itself, taken on first sight, so that clients trust it and no other. */
final class ServerCertificate {
    static final String PASSWORD = "changeit";

    private ServerCertificate() {}

    /** Writes a trust store with the certificate that the server presents now. */
    static Path trustStoreOf(String host, int port) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyServer()}, null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(host, port)) {
                socket.startHandshake();
                KeyStore trusted = KeyStore.getInstance("PKCS12");
                trusted.load(null, null);
                Certificate[] chain = socket.getSession().getPeerCertificates();
                for (int i = 0; i < chain.length; i++) {
                    trusted.setCertificateEntry("server-" + i, chain[i]);
                }
                Path file = Files.createTempFile("tollgate-emulator-", ".p12");
                try (OutputStream out = Files.newOutputStream(file)) {
                    trusted.store(out, PASSWORD.toCharArray());
                }
                return file;
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("Cannot take the certificate of " + host + ":" + port + ".", e);
        }
    }

    /** For the one handshake in which the certificate is learned. */
    private static final class AnyServer implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
