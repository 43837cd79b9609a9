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
        INVALID,
        NO_KEY,
        BAD_KEY,
        UNAUTHENTICATED,
        BILLING,
        QUOTA,
        FORBIDDEN,
        NOT_FOUND,
        TIMEOUT,
        CANCELED,
        CONFLICT,
        TOO_LARGE,
        UNPROCESSABLE,
        THROTTLED,
        SERVER,
        BAD_GATEWAY,
        OVERLOADED,
        UNAVAILABLE,
        GATEWAY_TIMEOUT
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
