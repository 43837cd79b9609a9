package dev.caravan.run;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Jobs that nobody waits for, by their nonce, until they are settled or surely not there. */
final class StrayJobs {
    private final Map<String, StrayJob> strays = new LinkedHashMap<>();

    void put(StrayJob stray) {
        strays.put(stray.nonce(), stray);
    }

    Collection<StrayJob> all() {
        return Collections.unmodifiableCollection(strays.values());
    }

    /** An intent is given up whose job was not found: it may yet turn up. */
    void lost(OpenWork work, RunEvent.JobNotCreated e, Instant time) {
        if (work.intent != null && e.code().equals(RunEvent.JobNotCreated.NOT_FOUND)) {
            put(StrayJob.of(
                    work.intent, work.step(), work.revision, Objects.requireNonNullElse(work.intendedAt, time)));
        }
    }

    /**
     * @param work under whose intent it was found, while that is open
     * @param now how many revisions the run has, for a job of which nothing else is known
     */
    void found(RunEvent.StrayFound e, @Nullable OpenWork work, int now, Instant time) {
        StrayJob known = strays.get(e.nonce());
        // A second job under an open intent is bounded by what the first may cost.
        long bound = work == null || work.intent == null ? -1 : work.intent.worstPicos();
        int revision = work == null || work.intent == null ? now : work.revision;
        put(new StrayJob(
                e.nonce(),
                e.work(),
                e.step(),
                e.provider(),
                e.model(),
                known == null ? time : known.since(),
                known == null ? bound : known.worstPicos(),
                known == null ? 0 : known.requests(),
                known == null ? revision : known.revision(),
                e.providerJob()));
    }

    void remove(String nonce) {
        strays.remove(nonce);
    }

    void clear() {
        strays.clear();
    }

    /** What they can have cost at most; -1 when unknown. */
    long atRiskPicos() {
        long sum = 0;
        for (StrayJob each : strays.values()) {
            sum = Picos.sum(sum, each.worstPicos());
        }
        return sum;
    }
}
