package io.tollgate.local.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for {@code localhost} and {@code 127.0.0.1}, made afresh by the JDK's {@code keytool} and
 * valid for a week: long enough for a demo that is left running, short enough to be worthless when it leaks. Clients
 * trust exactly this certificate, so no test has to switch validation off.
 *
 * @param keyStore PKCS #12 with the private key
 * @param trustStore PKCS #12 with the certificate alone
 * @param certificatePem for servers and clients that read PEM
 * @param keyPem PKCS #8
 * @param password of both stores; random
 */
public record LocalCertificate(Path keyStore, Path trustStore, Path certificatePem, Path keyPem, String password) {
    private static final String ALIAS = "tollgate";

    @Override
    public String toString() {
        return "LocalCertificate[" + certificatePem + "]";
    }

    /**
     * @param directory receives the four files, readable as the directory is: give it a private one
     * @throws IOException when keytool cannot run or the files cannot be written
     */
    public static LocalCertificate create(Path directory) throws IOException {
        Files.createDirectories(directory);
        LocalCertificate created = new LocalCertificate(
                directory.resolve("key.p12"),
                directory.resolve("trust.p12"),
                directory.resolve("cert.pem"),
                directory.resolve("key.pem"),
                UUID.randomUUID().toString());
        Files.deleteIfExists(created.keyStore);
        created.runKeytool();
        try {
            created.export();
        } catch (GeneralSecurityException e) {
            throw new IOException("Cannot export the local certificate from " + created.keyStore + ".", e);
        }
        return created;
    }

    private void runKeytool() throws IOException {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> options =
                List.of("-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "7");
        List<String> name = List.of("-dname", "CN=localhost", "-ext", "SAN=dns:localhost,ip:127.0.0.1");
        List<String> store =
                List.of("-storetype", "PKCS12", "-keystore", keyStore.toString(), "-storepass:env", "STORE_PASSWORD");
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.of(List.of(keytool, "-J-XX:TieredStopAtLevel=1"), options, name, store)
                                .flatMap(List::stream)
                                .toList())
                .redirectErrorStream(true);
        builder.environment().put("STORE_PASSWORD", password);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("keytool cannot make a certificate in " + keyStore + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while keytool ran.", e);
        }
    }

    private void export() throws IOException, GeneralSecurityException {
        KeyStore keys = load(keyStore);
        Certificate certificate = keys.getCertificate(ALIAS);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, certificate);
        try (OutputStream out = Files.newOutputStream(trustStore)) {
            trusted.store(out, password.toCharArray());
        }
        Files.writeString(certificatePem, pem("CERTIFICATE", certificate.getEncoded()));
        Files.writeString(
                keyPem,
                pem("PRIVATE KEY", keys.getKey(ALIAS, password.toCharArray()).getEncoded()));
    }

    /** For a server that presents the certificate and for clients that trust nothing else. */
    public SSLContext sslContext() throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(keyStore), password.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(load(trustStore));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private KeyStore load(Path store) throws IOException, GeneralSecurityException {
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, password.toCharArray());
        }
        return loaded;
    }

    private static String pem(String kind, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }
}
