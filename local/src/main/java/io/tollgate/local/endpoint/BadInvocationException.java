package io.tollgate.local.endpoint;

/** A request for scores that the model cannot take; the client is answered 400 with the message. */
final class BadInvocationException extends Exception {
    BadInvocationException(String message) {
        super(message);
    }
}
