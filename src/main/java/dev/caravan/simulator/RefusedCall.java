package dev.caravan.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A call that is refused, before a wire gives it its shape.
 *
 * @param param what of the request is at fault, where a wire says so
 * @param code a wire's own word for it, or null for the usual one
 */
record RefusedCall(
        Problem problem,
        String message,
        @Nullable String param,
        @Nullable String code) {

    /** What is wrong, in no provider's words. */
    enum Problem {
        INVALID(400),
        NO_KEY(401),
        BAD_KEY(401),
        UNAUTHENTICATED(401),
        BILLING(402),
        QUOTA(429),
        FORBIDDEN(403),
        NOT_FOUND(404),
        TIMEOUT(408),
        CANCELED(499),
        CONFLICT(409),
        TOO_LARGE(413),
        UNPROCESSABLE(422),
        THROTTLED(429),
        SERVER(500),
        BAD_GATEWAY(502),
        OVERLOADED(503),
        UNAVAILABLE(503),
        GATEWAY_TIMEOUT(504);

        private final int status;

        Problem(int status) {
            this.status = status;
        }

        /** Of HTTP, where a provider has no other for it. */
        int status() {
            return status;
        }
    }

    static RefusedCall of(Problem problem, String message) {
        return new RefusedCall(problem, message, null, null);
    }

    static RefusedCall invalid(String message, String param, String code) {
        return new RefusedCall(Problem.INVALID, message, param, code);
    }

    /** Ends the reading of a request that is refused. */
    @SuppressWarnings("serial")
    static final class Refused extends Exception {
        final transient RefusedCall failure;

        Refused(RefusedCall failure) {
            super(failure.message(), null, false, false);
            this.failure = failure;
        }
    }

    Refused thrown() {
        return new Refused(this);
    }
}
