package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Worded;
import dev.caravan.provider.Usage;
import org.jspecify.annotations.Nullable;

/**
 * A batch job, in no provider's words. Times are milliseconds since 1970 by the simulator's clock, 0 for never.
 *
 * @param model of all its requests, where the provider wants that
 * @param endpoint of all its requests, where there is a choice
 * @param metadata what the client gave with it, returned as it came
 * @param version of the API it was created with
 * @param input file of its requests
 * @param own whether that file was made for it alone, of requests that came inline
 * @param markers what the client asked to go wrong
 * @param due when it would be done
 */
record SimulatedJob(
        String id,
        String provider,
        String model,
        String endpoint,
        @Nullable JsonNode metadata,
        String version,
        String input,
        boolean own,
        String markers,
        long created,
        long due,
        State state,
        long cancelling,
        long ended,
        int total,
        int answered,
        int failed,
        int expired,
        int cancelled,
        @Nullable String output,
        @Nullable String error,
        ArrayNode errors,
        Usage usage) {

    enum State implements Worded {
        OPEN,
        CANCELLING,
        COMPLETED,
        FAILED,
        EXPIRED,
        CANCELLED
    }

    boolean over() {
        return state != State.OPEN && state != State.CANCELLING;
    }

    /** @param at between 0 at its creation and 1 when due */
    double progress(long at) {
        return due <= created ? 1 : Math.min(1, Math.max(0, (double) (at - created) / (due - created)));
    }

    static SimulatedJob open(
            String id,
            String provider,
            String model,
            String endpoint,
            @Nullable JsonNode metadata,
            String version,
            String input,
            boolean own,
            String markers,
            long created,
            long due,
            int total) {
        return new SimulatedJob(
                id,
                provider,
                model,
                endpoint,
                metadata,
                version,
                input,
                own,
                markers,
                created,
                due,
                State.OPEN,
                0,
                0,
                total,
                0,
                0,
                0,
                0,
                null,
                null,
                Json.mapper().createArrayNode(),
                Usage.NONE);
    }

    SimulatedJob cancelling(long at) {
        return change(Json.object().put("state", State.CANCELLING.name()).put("cancelling", at));
    }

    /** The same job with other values of some fields. */
    SimulatedJob change(ObjectNode fields) {
        ObjectNode all = Json.mapper().valueToTree(this);
        all.setAll(fields);
        return Json.mapper().convertValue(all, SimulatedJob.class);
    }
}
