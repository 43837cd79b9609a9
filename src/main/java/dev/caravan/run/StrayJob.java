package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job that nobody waits for: its intent was given up because the provider listed no such job, or it is the second one
 * under one intent. It is looked for until the run is over; once found it is cancelled, and what it did is booked.
 *
 * @param nonce names it; of a second job under one intent, with that job's name behind
 * @param worstPicos what it can have cost at most, while nobody knows whether it exists; -1 when the price is unknown
 * @param requests in it, 0 where nobody knows
 * @param revision under how many revisions of the run it was intended: at what price
 * @param providerJob once it is found
 */
public record StrayJob(
        String nonce,
        String work,
        int step,
        String provider,
        String model,
        Instant since,
        long worstPicos,
        int requests,
        int revision,
        @Nullable String providerJob) {

    static StrayJob of(RunEvent.JobIntended intent, int step, int revision, Instant since) {
        return new StrayJob(
                intent.nonce(),
                intent.work(),
                step,
                intent.provider(),
                intent.model(),
                since,
                intent.worstPicos(),
                intent.requests(),
                revision,
                null);
    }

    ObjectNode toJson() {
        return Json.object()
                .put("nonce", nonce())
                .put("work", work())
                .put("step", step())
                .put("provider", provider())
                .put("model", model())
                .put("since", since().toString())
                .put("worst_picos", worstPicos())
                .put("requests", requests())
                .put("revision", revision())
                .put("provider_job", providerJob());
    }

    static StrayJob fromJson(JsonNode node) {
        return new StrayJob(
                node.get("nonce").textValue(),
                node.get("work").textValue(),
                node.get("step").intValue(),
                node.get("provider").textValue(),
                node.get("model").textValue(),
                ManifestTimes.time(node.get("since")),
                node.get("worst_picos").longValue(),
                node.get("requests").intValue(),
                node.get("revision").intValue(),
                node.get("provider_job").textValue());
    }
}
