package io.tollgate.local.cosmos;

/** A request that the real service would refuse, or that goes beyond what the stand-in does; the message says which. */
final class BadRequestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadRequestException(String message) {
        super(message);
    }
}
