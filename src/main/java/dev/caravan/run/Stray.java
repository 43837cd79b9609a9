package dev.caravan.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job that nobody waits for: its intent was given up because the provider listed no such job, or it is the second one
 * under one intent. It is looked for until the run is over; once found it is cancelled, and what it did is booked.
 *
 * @param nonce names it; of a second job under one intent, with that job's name behind
 * @param worstPicos what it can have cost at most, while nobody knows whether it exists; -1 when the price is unknown
 * @param requests in it, 0 where nobody knows
 * @param providerJob once it is found
 */
public record Stray(
        String nonce,
        String work,
        int step,
        String provider,
        String model,
        Instant since,
        long worstPicos,
        int requests,
        @Nullable String providerJob) {

    static Stray of(RunEvent.JobIntended intent, int step, Instant since) {
        return new Stray(
                intent.nonce(),
                intent.work(),
                step,
                intent.provider(),
                intent.model(),
                since,
                intent.worstPicos(),
                intent.requests(),
                null);
    }
}
