package io.tollgate.local.endpoint;

import java.time.Duration;

/** A way for the endpoint to misbehave when it is asked for a score. */
public sealed interface Fault {

    /** Answers properly, but later. */
    record Delay(Duration by) implements Fault {}

    /** Takes the request and never answers. */
    record Hang() implements Fault {}

    /** Answers with a status and a JSON error instead of a score, as 429 or 500. */
    record Status(int code) implements Fault {}

    /** Answers 200 with this body, whatever it is. */
    record Body(String content) implements Fault {}

    /** Answers with bytes that are not HTTP. */
    record Noise() implements Fault {}

    /** Announces the whole body, sends half of it and closes the connection. */
    record HalfBody() implements Fault {}

    /** Sends a proper answer one byte at a time. */
    record Trickle(Duration perByte) implements Fault {}

    /** Closes the connection instead of answering. */
    record Disconnect() implements Fault {}

    /** Answers 200 with a body of this many bytes. */
    record Oversized(int bytes) implements Fault {}
}
