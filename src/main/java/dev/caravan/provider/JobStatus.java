package dev.caravan.provider;

import dev.caravan.base.SecretBlotter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch job as its provider describes it.
 *
 * @param providerState the provider's own word
 * @param total requests in it, 0 while unknown
 * @param completed answers in it, {@link #UNKNOWN} where nobody says
 * @param results what there is to read of it
 * @param discards what may be deleted there once it is settled
 * @param createdAt seconds since 1970 by the provider's clock
 * @param expiresAt when its results go, seconds since 1970; 0 while unknown
 * @param nonce the intent it was created under, where the provider gives it back
 */
public record JobStatus(
        String providerJob,
        State state,
        String providerState,
        int total,
        int completed,
        int failed,
        List<Result> results,
        List<Discard> discards,
        List<JobError> errors,
        long createdAt,
        long expiresAt,
        @Nullable String nonce) {
    /** Stands for a count that the provider does not give. */
    public static final int UNKNOWN = -1;

    /** What a state means to us. All but RUNNING are final. */
    public enum State {
        RUNNING,
        ENDED,
        FAILED,
        EXPIRED,
        CANCELLED
    }

    /**
     * A file of results.
     *
     * @param path below the account's base URL
     * @param unwrap where in the answer the list of rows lies, with dots; empty when each line is a row
     */
    public record Result(String name, String path, String unwrap) {}

    /** Something to delete. */
    public record Discard(String name, String path) {}

    /** @param line of the request file, from 1, or null when the provider names none */
    public record JobError(
            String code, String message, @Nullable Integer line) {
        public JobError {
            code = SecretBlotter.all(code);
            message = SecretBlotter.all(message);
        }
    }

    public JobStatus {
        results = List.copyOf(results);
        discards = List.copyOf(discards);
        errors = List.copyOf(errors);
    }

    /** Whether it ran to its end with answers, and nothing is named that could be read: not even what went wrong. */
    public boolean lacksResults() {
        return state == State.ENDED && completed != 0 && results.isEmpty() && errors.isEmpty();
    }

    /** The same job without result files. */
    public JobStatus withoutResults() {
        return new JobStatus(
                providerJob,
                state,
                providerState,
                total,
                completed,
                failed,
                List.of(),
                discards,
                errors,
                createdAt,
                expiresAt,
                nonce);
    }
}
