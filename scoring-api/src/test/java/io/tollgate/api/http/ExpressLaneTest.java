package io.tollgate.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;

/** With a desk that answers when it is told to, and, behind the lane, a server that answers at once. */
class ExpressLaneTest {
    private final List<String> atDesk = new ArrayList<>();
    private final Deque<Consumer<Reply>> undecided = new ArrayDeque<>();
    private final List<String> passedOn = new ArrayList<>();
    private final Drain drain = new Drain(Duration.ZERO);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int reads;

    /** Counts what is asked for from the connection. */
    private final class Reads extends ChannelOutboundHandlerAdapter {
        @Override
        public void read(ChannelHandlerContext context) {
            reads++;
            context.read();
        }
    }

    /** Takes down what is passed on, and answers it. */
    private final class Server extends ChannelInboundHandlerAdapter {
        private StringBuilder request = new StringBuilder();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest head) {
                request = new StringBuilder(head.method() + " " + head.uri() + " ");
            } else if (message instanceof io.netty.handler.codec.http.HttpContent part) {
                request.append(part.content().toString(StandardCharsets.US_ASCII));
            }
            if (message instanceof LastHttpContent) {
                passedOn.add(request.toString());
                DefaultFullHttpResponse answer = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.OK,
                        Unpooled.copiedBuffer("server " + request, StandardCharsets.US_ASCII));
                answer.headers()
                        .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes());
                var unused = context.writeAndFlush(answer);
            }
            ReferenceCountUtil.release(message);
        }
    }

    @BeforeEach
    void connect() {
        channel.config().setAutoRead(false);
        channel.pipeline()
                .addLast(new Reads(), new HttpServerCodec(), new ExpressLane(this::serve, drain), new Server());
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(channel.finishAndReleaseAll()).isFalse();
    }

    private void serve(HttpHeaders headers, byte[] body, Supplier<Scheduler> home, Consumer<Reply> then) {
        String payment = new String(body, StandardCharsets.US_ASCII);
        if (payment.equals("bug")) {
            throw new IllegalStateException("a bug, for a test");
        }
        if (payment.equals("now")) {
            then.accept(reply("at once"));
            return;
        }
        atDesk.add(payment);
        undecided.add(then);
    }

    private static Reply reply(String answer) {
        return new Reply(200, "text/plain", answer.getBytes(StandardCharsets.US_ASCII), null, 0);
    }

    private void decide(String answer) {
        undecided.remove().accept(reply(answer));
        channel.runPendingTasks();
    }

    private static String payment(String body, String... headers) {
        StringBuilder text = new StringBuilder("POST /v1/authorizations HTTP/1.1\r\nhost: h\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        return text + "content-length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nhost: h\r\n\r\n";
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    /** The bodies of the answers so far, in their order. */
    private List<String> answers() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.append(out.toString(StandardCharsets.US_ASCII));
            out.release();
        }
        List<String> bodies = new ArrayList<>();
        for (String answer : all.toString().split("HTTP/1.1 ")) {
            if (!answer.isEmpty()) {
                bodies.add(answer.substring(answer.indexOf("\r\n\r\n") + 4));
            }
        }
        return bodies;
    }

    @Test
    void payments_areAnsweredInTheLane_oneAfterTheOther() {
        send(payment("1"));
        decide("one");
        send(payment("2"));
        decide("two");

        assertThat(atDesk).containsExactly("1", "2");
        assertThat(passedOn).isEmpty();
        assertThat(answers()).containsExactly("one", "two");
    }

    @Test
    void pipelined_areAnsweredInTheirOrder() {
        send(payment("1") + get("/x") + payment("2") + payment("3") + get("/y"));
        assertThat(atDesk).containsExactly("1");
        assertThat(passedOn).as("before the payment is decided").isEmpty();

        decide("one");
        assertThat(passedOn).containsExactly("GET /x ");
        decide("two");
        decide("three");

        assertThat(answers()).containsExactly("one", "server GET /x ", "two", "three", "server GET /y ");
    }

    @Test
    void pipelined_areAnsweredInTheirOrder_whenSomeAreAnsweredAtOnce() {
        send(payment("now") + payment("1") + payment("now") + payment("2") + payment("3"));
        decide("one");
        assertThat(atDesk).as("before the second is decided").containsExactly("1", "2");
        decide("two");
        decide("three");

        assertThat(answers()).containsExactly("at once", "one", "at once", "two", "three");
    }

    /** Or a client that sends without end would be held in memory. */
    @Test
    void nothingMore_isAskedFor_whileSomeWait() {
        send(payment("1") + payment("2") + payment("3"));
        int asked = reads;

        decide("one");
        assertThat(reads).as("the third waits").isEqualTo(asked);

        decide("two");
        assertThat(reads).isGreaterThan(asked);
        decide("three");
        assertThat(answers()).containsExactly("one", "two", "three");
    }

    @Test
    void payment_isTaken_whenHeadAndBodyComeApart() {
        String all = payment("1234567");
        send(all.substring(0, all.length() - 7));
        send("12");
        send("34567");
        decide("one");

        assertThat(atDesk).containsExactly("1234567");
        assertThat(answers()).containsExactly("one");
    }

    @Test
    void slowSender_isPassedOn_asItCame() {
        String all = payment("1234567");
        send(all.substring(0, all.length() - 5));
        channel.advanceTimeBy(11, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        send("34567");

        assertThat(atDesk).isEmpty();
        assertThat(answers()).containsExactly("server POST /v1/authorizations 1234567");

        send(payment("2"));
        decide("two");
        assertThat(answers()).containsExactly("two");
    }

    @Test
    void extraordinary_isPassedOn() {
        send(payment("1", "expect: 100-continue"));
        send(payment("x".repeat(AuthorizeDesk.MAX_BODY_BYTES + 1)));
        send(payment("2", "connection: close"));
        send("POST /v1/authorizations HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n1\r\n3\r\n0\r\n\r\n");
        send(payment("4").replace("1.1", "1.0"));
        send(payment("5").replace("POST", "PUT"));

        assertThat(atDesk).isEmpty();
        assertThat(answers()).hasSize(6);
    }

    @Test
    void connection_isClosedBehindTheAnswer_whenTheServiceStopsMeanwhile() {
        boolean[] stopped = {false};
        send(payment("1") + payment("2"));
        drain.stop(() -> stopped[0] = true);
        assertThat(stopped[0]).as("a payment is under way").isFalse();

        decide("one");

        assertThat(channel.isOpen()).isFalse();
        assertThat(atDesk).containsExactly("1");
        assertThat(answers()).containsExactly("one");
        drain.stop(() -> stopped[0] = true);
        assertThat(stopped[0]).isTrue();
    }

    @Test
    void payments_arePassedOn_whenTheServiceStops() {
        drain.stop(() -> {});

        send(payment("1"));

        assertThat(passedOn).hasSize(1);
        assertThat(answers()).hasSize(1);
    }

    @Test
    void bug_isAnswered() {
        send(payment("bug"));
        assertThat(answers()).singleElement().asString().contains("\"status\":500");

        send(payment("2"));
        decide("two");
        assertThat(answers()).containsExactly("two");
    }

    @Test
    void nothingIsHeld_whenTheClientGoesAway() {
        send(payment("1") + payment("2"));
        var unused = channel.close();

        decide("one");

        assertThat(atDesk).containsExactly("1");
        assertThat(drain.enter()).isTrue();
    }
}
