package dev.caravan.execution;

import dev.caravan.base.Worded;
import dev.caravan.provider.JobStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something to ask a provider about a job.
 *
 * @param work whose job it is
 * @param providerJob empty for {@link Kind#FIND}
 * @param nonce of a stray, else null: nobody waits for that job
 * @param since when its intent was written, for {@link Kind#FIND}
 * @param last whether nothing is looked for after this, for {@link Kind#FIND}
 * @param requests in the job that is looked for, 0 where nobody knows
 * @param status of the ended job, for {@link Kind#COLLECT}
 */
public record JobLook(
        Kind kind,
        String work,
        int step,
        String providerJob,
        @Nullable String nonce,
        @Nullable Instant since,
        boolean last,
        int requests,
        @Nullable JobStatus status) {

    /** What is asked; in lower case, the route that asks it. */
    public enum Kind implements Worded {
        POLL,
        CANCEL,
        FIND,
        COLLECT
    }

    static JobLook at(Kind kind, String work, int step, String providerJob) {
        return new JobLook(kind, work, step, providerJob, null, null, false, 0, null);
    }
}
