package io.tollgate.api.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A token issuer on the loopback interface: real keys, a real key set over HTTP. */
public final class TestIssuer implements AutoCloseable {
    public static final String NAME = "https://issuer.test";
    public static final String AUDIENCE = "tollgate";
    private static final int KEY_BITS = 2_048;

    private final HttpServer server;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile RSAKey key = newKey("first");
    private volatile boolean down;

    private TestIssuer(HttpServer server) {
        this.server = server;
    }

    public static TestIssuer start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        TestIssuer issuer = new TestIssuer(server);
        server.createContext("/keys", exchange -> {
            issuer.fetches.incrementAndGet();
            byte[] body = new JWKSet(List.<JWK>of(issuer.key))
                    .toPublicJWKSet()
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(issuer.down ? 503 : 200, issuer.down ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                if (!issuer.down) {
                    out.write(body);
                }
            }
        });
        server.start();
        return issuer;
    }

    private static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(KEY_BITS)
                    .keyID(id)
                    .algorithm(JWSAlgorithm.RS256)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public URL keys() throws IOException {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys")
                .toURL();
    }

    /** How often the keys were asked for. */
    public int fetches() {
        return fetches.get();
    }

    /** From now on it signs with another key and publishes that one only. */
    public void rotate(String id) {
        key = newKey(id);
    }

    /** Answers 503 while it is down. */
    public void down(boolean now) {
        down = now;
    }

    /** Claims of a token that is good for everything that the scopes say. */
    @SuppressWarnings("JavaUtilDate") // the library's type
    public static JWTClaimsSet.Builder claims(String client, String scopes) {
        return new JWTClaimsSet.Builder()
                .issuer(NAME)
                .audience(AUDIENCE)
                .subject(client)
                .claim("scope", scopes)
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    public String token(String client, String scopes) throws JOSEException {
        return sign(claims(client, scopes));
    }

    public String sign(JWTClaimsSet.Builder claims) throws JOSEException {
        return sign(JWSAlgorithm.RS256, new RSASSASigner(key), claims);
    }

    /** The classic forgery: HMAC with the public key, which anybody has, as the secret. */
    public String signWithThePublicKeyAsSecret(JWTClaimsSet.Builder claims) throws JOSEException {
        return sign(JWSAlgorithm.HS256, new MACSigner(key.toRSAPublicKey().getEncoded()), claims);
    }

    /** By a key of nobody's, under the id of the issuer's. */
    public String signWithAnotherKey(JWTClaimsSet.Builder claims) throws JOSEException {
        return sign(JWSAlgorithm.RS256, new RSASSASigner(newKey("other")), claims);
    }

    public static String unsigned(JWTClaimsSet.Builder claims) {
        return new PlainJWT(claims.build()).serialize();
    }

    private String sign(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet.Builder claims) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .keyID(key.getKeyID())
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                claims.build());
        token.sign(signer);
        return token.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
