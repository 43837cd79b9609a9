package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.provider.JobStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@code batch-status.jslt} made of a job: all of it that must be there is, or there is no status. */
final class WireStatus {
    private WireStatus() {}

    /** Null where the job's name or state is missing, or a path to its results leads elsewhere. */
    static @Nullable JobStatus of(JsonNode status) {
        String job = status.path("providerJob").asText();
        String word = status.path("providerState").asText();
        JobStatus.State state = state(status.path("state").asText());
        List<JobStatus.Result> results = results(status.path("results"));
        if (!HttpCalls.isSafe(job) || word.isEmpty() || state == null || results == null) {
            return null;
        }
        return new JobStatus(
                job,
                state,
                word,
                Math.max(0, count(status.path("total"))),
                count(status.path("completed")),
                Math.max(0, count(status.path("failed"))),
                results,
                discards(status.path("discards")),
                errors(status.path("errors")),
                Math.max(0, status.path("createdAt").asLong()),
                Math.max(0, status.path("expiresAt").asLong()),
                status.path("nonce").textValue());
    }

    private static JobStatus.@Nullable State state(String word) {
        for (JobStatus.State each : JobStatus.State.values()) {
            if (each.name().equals(word)) {
                return each;
            }
        }
        return null;
    }

    private static int count(JsonNode count) {
        int number = count.asInt(JobStatus.UNKNOWN);
        return number < 0 ? JobStatus.UNKNOWN : number;
    }

    private static @Nullable List<JobStatus.Result> results(JsonNode list) {
        var results = new ArrayList<JobStatus.Result>();
        for (JsonNode each : list) {
            String name = each.path("name").asText();
            String path = each.path("path").asText();
            if (!HttpCalls.isSafe(name) || !HttpCalls.isSafePath(path)) {
                return null;
            }
            results.add(new JobStatus.Result(name, path, each.path("unwrap").asText("")));
        }
        return results;
    }

    /** What cannot be named is left where it is: nothing depends on it. */
    private static List<JobStatus.Discard> discards(JsonNode list) {
        var discards = new ArrayList<JobStatus.Discard>();
        for (JsonNode each : list) {
            String path = each.path("path").asText();
            if (HttpCalls.isSafePath(path)) {
                discards.add(new JobStatus.Discard(each.path("name").asText(), path));
            }
        }
        return discards;
    }

    private static List<JobStatus.JobError> errors(JsonNode list) {
        var errors = new ArrayList<JobStatus.JobError>();
        for (JsonNode each : list) {
            JsonNode line = each.path("line");
            errors.add(new JobStatus.JobError(
                    each.path("code").asText("failed"),
                    each.path("message").asText(""),
                    line.canConvertToInt() && line.isIntegralNumber() ? line.intValue() : null));
        }
        return errors;
    }
}
