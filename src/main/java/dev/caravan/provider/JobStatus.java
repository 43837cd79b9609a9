package dev.caravan.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch job as its provider describes it.
 *
 * @param providerState the provider's own word
 * @param total requests in it, 0 while unknown
 * @param outputFile where the answers lie, or null
 * @param errorFile where refused requests lie, or null
 * @param nonce the intent it was created under, where the provider gives it back
 */
public record JobStatus(
        String providerJob,
        State state,
        String providerState,
        int total,
        int completed,
        int failed,
        @Nullable String inputFile,
        @Nullable String outputFile,
        @Nullable String errorFile,
        List<JobError> errors,
        long createdAt,
        @Nullable String nonce) {

    /** What a state means to us. All but RUNNING are final. */
    public enum State {
        RUNNING,
        ENDED,
        FAILED,
        EXPIRED,
        CANCELLED
    }

    /** @param line of the request file, from 1, or null when the provider names none */
    public record JobError(
            String code, String message, @Nullable Integer line) {}

    public JobStatus {
        errors = List.copyOf(errors);
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
                inputFile,
                null,
                null,
                errors,
                createdAt,
                nonce);
    }
}
