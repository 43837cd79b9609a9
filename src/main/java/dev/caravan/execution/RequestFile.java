package dev.caravan.execution;

import dev.caravan.provider.JobOrder;
import java.nio.file.Path;
import java.util.SortedMap;

/**
 * The requests of a job in a file, ready to be sent.
 *
 * @param requests lines in it
 * @param worstPicos what they can cost at most; -1 when a price is unknown
 * @param nonce travels to the provider with the job, to find it again
 * @param endpoint that answers the requests
 * @param headers they ask for
 */
record RequestFile(
        Path path,
        int requests,
        long bytes,
        String sha256,
        long worstPicos,
        String nonce,
        String model,
        String endpoint,
        SortedMap<String, String> headers) {

    /** What the provider's routes are told. */
    JobOrder order(String work) {
        return new JobOrder(work, nonce, model, path, requests, bytes, endpoint, headers);
    }
}
