package io.tollgate.local.endpoint;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tollgate.local.net.LocalCertificate;
import io.tollgate.model.artifact.ModelArtifact;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A model server on the loopback interface. Serves {@code POST /invocations} (MLflow), {@code POST
 * /serving-endpoints/NAME/invocations} (Databricks), {@code POST /score} (Azure ML), {@code GET /ping}, {@code /health}
 * and {@code /version}. Its threads are daemons: it ends with the JVM or with {@link #close}.
 */
public final class ModelEndpoint implements AutoCloseable {
    // Ten thousand rows of a hundred columns.
    private static final int MAX_BODY_BYTES = 8 << 20;

    private final EventLoopGroup loops;
    private final Channel listening;
    private final Faults faults;
    private final String scheme;

    private ModelEndpoint(EventLoopGroup loops, Channel listening, Faults faults, String scheme) {
        this.loops = loops;
        this.listening = listening;
        this.faults = faults;
        this.scheme = scheme;
    }

    /** Serves to everybody. {@code port} 0 takes a free one. */
    public static ModelEndpoint start(ModelArtifact artifact, int port) {
        return start(artifact, port, null, null);
    }

    /**
     * Serves.
     *
     * @param port 0 takes a free one
     * @param credentials if not null, only those with one of its tokens are answered
     * @param certificate if not null, by TLS
     * @throws IllegalArgumentException if the certificate cannot be read
     */
    public static ModelEndpoint start(
            ModelArtifact artifact,
            int port,
            @Nullable ClientCredentials credentials,
            @Nullable LocalCertificate certificate) {
        SslContext tls = certificate == null ? null : tls(certificate);
        Faults faults = new Faults();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("model-endpoint", true), NioIoHandler.newFactory());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(MAX_BODY_BYTES),
                                        new EndpointHandler(artifact, faults, credentials));
                    }
                });
        Channel listening = bootstrap
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .syncUninterruptibly()
                .channel();
        return new ModelEndpoint(loops, listening, faults, tls == null ? "http" : "https");
    }

    private static SslContext tls(LocalCertificate certificate) {
        try {
            return SslContextBuilder.forServer(
                            certificate.certificatePem().toFile(),
                            certificate.keyPem().toFile())
                    .build();
        } catch (SSLException e) {
            throw new IllegalArgumentException(certificate + " cannot be served", e);
        }
    }

    /** What goes wrong here. */
    public Faults faults() {
        return faults;
    }

    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Where scores are asked for, as MLflow has it. */
    public URI url() {
        return URI.create(scheme + "://127.0.0.1:" + port() + "/invocations");
    }

    /** Stops serving; a second call does nothing. */
    @Override
    public void close() {
        if (loops.isShuttingDown()) {
            return;
        }
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
