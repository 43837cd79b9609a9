package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.RefusedCall.Refused;
import dev.caravan.simulator.SimulatorFaults.Setting;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** OpenAI: chat completions, responses, models, files, batches. */
final class OpenAiWire implements SimulatedWire, SimulatedJobs.Validation {
    private static final String V1 = "/v1";
    private static final long DAY = 86_400_000;

    private final JobRoom room;
    private final CompletionCalls completions;
    private final OpenAiRequests requests;
    private final OpenAiFiles files;
    private final OpenAiBatches batches;

    OpenAiWire(JobRoom room, CompletionCalls completions) {
        this.room = room;
        this.completions = completions;
        requests = new OpenAiRequests(room);
        files = new OpenAiFiles(room);
        batches = new OpenAiBatches(room);
    }

    @Override
    public String provider() {
        return "openai";
    }

    @Override
    public @Nullable String key(SimulatedCall talk) {
        return talk.bearer();
    }

    @Override
    public void route(SimulatedCall talk) {
        talk.header("openai-organization", "org-simulator");
        talk.header("openai-version", "2020-10-01");
        if (talk.is(HttpMethod.POST, V1 + "/chat/completions") || talk.is(HttpMethod.POST, V1 + "/responses")) {
            completions.answer(talk, talk.path.substring(V1.length()), "");
        } else if (talk.is(HttpMethod.POST, V1 + "/responses/input_tokens")) {
            talk.withJson(body -> completions.count(
                    talk,
                    body,
                    "/responses",
                    "",
                    tokens ->
                            Json.object().put("object", "response.input_tokens").put("input_tokens", tokens)));
        } else if (room.spoiled(talk)) {
            return;
        } else if (talk.path.startsWith(V1 + "/files")) {
            files.route(talk, talk.rest(V1 + "/files"));
        } else if (talk.path.startsWith(V1 + "/batches")) {
            batches.route(talk, talk.rest(V1 + "/batches"));
        } else if (talk.path.startsWith(V1 + "/models")) {
            models(talk, talk.rest(V1 + "/models"));
        } else {
            talk.fail(new RefusedCall(Problem.NOT_FOUND, "Unknown request URL: " + talk.path, null, "unknown_url"));
        }
    }

    @Override
    public int status(RefusedCall failure) {
        return switch (failure.problem()) {
            case BILLING -> 429;
            default -> failure.problem().status();
        };
    }

    @Override
    public ObjectNode failure(RefusedCall failure, String requestId, @Nullable Long retryAfterMillis) {
        String type = switch (failure.problem()) {
            case THROTTLED -> "requests";
            case QUOTA, BILLING -> "insufficient_quota";
            case SERVER, BAD_GATEWAY, OVERLOADED, UNAVAILABLE, GATEWAY_TIMEOUT -> "server_error";
            default -> "invalid_request_error";
        };
        String code = switch (failure.problem()) {
            case BAD_KEY -> "invalid_api_key";
            case THROTTLED -> "rate_limit_exceeded";
            case QUOTA, BILLING -> "insufficient_quota";
            default -> failure.code();
        };
        return OpenAiShapes.error(failure.message(), type, failure.param(), code);
    }

    @Override
    public CompletionRequest read(JsonNode body, String endpoint, String version) throws Refused {
        return endpoint.endsWith("/responses") ? requests.responses(body) : requests.chat(body);
    }

    @Override
    public ObjectNode completion(String id, CompletionRequest asked, CompletionAnswer made) {
        boolean responses = Json.parse(asked.body()).has("input");
        ObjectNode reply = responses
                ? OpenAiShapes.response(id, asked, made, room.now() / 1000)
                : OpenAiShapes.completion(id, asked.model(), made, room.now() / 1000);
        return OddUsage.in(reply, "usage", made.odd());
    }

    @Override
    public Item item(JsonNode line, String model) {
        JsonNode body = line.path("body");
        return new Item(line.path("custom_id").asText(), line.path("url").asText(), body.isObject() ? body : null);
    }

    @Override
    public @Nullable Row row(SimulatedJob job, Item item, int number, Outcome outcome) {
        ObjectNode line =
                Json.object().put("id", "batch_req_" + job.id() + number).put("custom_id", item.key());
        if (outcome instanceof Outcome.NotRun) {
            boolean expired = job.state() != SimulatedJob.State.CANCELLING;
            if (!expired && !room.settings.faults().is(Setting.CANCELLED_LISTED)) {
                return null;
            }
            line.putNull("response");
            line.putObject("error")
                    .put("code", expired ? "batch_expired" : "batch_cancelled")
                    .put(
                            "message",
                            expired
                                    ? "This request could not be executed before the completion window expired."
                                    : "This request was not executed because the batch was cancelled.");
            return new Row(true, line);
        }
        ObjectNode response = line.putObject("response");
        if (outcome instanceof Outcome.Failed failed) {
            response.put("status_code", status(failed.failure())).put("request_id", "req_" + number);
            response.set("body", failure(failed.failure(), "", null));
            line.putNull("error");
            return new Row(true, line);
        }
        Outcome.Answered done = (Outcome.Answered) outcome;
        response.put("status_code", 200).put("request_id", "req_" + number);
        response.set("body", completion(job.id() + "-" + number, done.asked(), done.made()));
        line.putNull("error");
        return new Row(false, line);
    }

    @Override
    public boolean shuffles() {
        return true;
    }

    @Override
    public boolean keeps(SimulatedJob.State end) {
        return true;
    }

    @Override
    public long lifetime() {
        return DAY;
    }

    private void models(SimulatedCall talk, String[] rest) {
        if (rest.length == 0) {
            var all = room.models(provider()).stream().map(OpenAiShapes::model).toList();
            ObjectNode list = Json.object().put("object", "list");
            list.set("data", Json.mapper().valueToTree(all));
            talk.json(list);
        } else if (room.serves(provider(), rest[0])) {
            talk.json(OpenAiShapes.model(new SimulatorSettings.Model(rest[0], 0, 0, "true", "active")));
        } else {
            talk.fail(new RefusedCall(
                    Problem.NOT_FOUND, "The model '" + rest[0] + "' does not exist", "model", "model_not_found"));
        }
    }

    @Override
    public SimulatedJobs.Checked check(SimulatedJob job, Path input) throws IOException {
        return batches.check(this, job, input);
    }
}
