package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.RefusedCall.Refused;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** Anthropic: messages, token counting, models, message batches, in both versions of the API. */
final class AnthropicWire implements SimulatedWire {
    private static final long DAY = 86_400_000;

    private final JobRoom room;
    private final CompletionCalls completions;
    private final AnthropicRequests requests;
    private final AnthropicBatches batches;

    AnthropicWire(JobRoom room, CompletionCalls completions) {
        this.room = room;
        this.completions = completions;
        requests = new AnthropicRequests(room);
        batches = new AnthropicBatches(room);
    }

    @Override
    public String provider() {
        return "anthropic";
    }

    @Override
    public @Nullable String key(SimulatedCall talk) {
        String own = talk.header("x-api-key");
        return own != null ? own : talk.bearer();
    }

    @Override
    public void route(SimulatedCall talk) {
        String version = talk.header("anthropic-version");
        talk.header("anthropic-organization-id", "org_simulator");
        if (version == null || !(version.equals(AnthropicRequests.OLD) || version.equals(AnthropicRequests.NEW))) {
            talk.fail(RefusedCall.of(
                    Problem.INVALID,
                    version == null ? "anthropic-version: header is required" : "anthropic-version: unknown version"));
        } else if (talk.is(HttpMethod.POST, "/v1/messages")) {
            completions.answer(talk, "", version);
        } else if (talk.is(HttpMethod.POST, "/v1/messages/count_tokens")) {
            talk.withJson(body -> completions.count(
                    talk, body, "count", version, tokens -> Json.object().put("input_tokens", tokens)));
        } else if (room.spoiled(talk)) {
            return;
        } else if (talk.path.startsWith(AnthropicBatches.PATH)) {
            batches.route(talk, talk.rest(AnthropicBatches.PATH), version);
        } else if (talk.path.startsWith("/v1/models")) {
            models(talk, talk.rest("/v1/models"));
        } else {
            talk.notFound("Not found");
        }
    }

    @Override
    public int status(RefusedCall failure) {
        return switch (failure.problem()) {
            case QUOTA -> 402;
            case OVERLOADED -> 529;
            default -> failure.problem().status();
        };
    }

    @Override
    public ObjectNode failure(RefusedCall failure, String requestId, @Nullable Long retryAfterMillis) {
        ObjectNode node = Json.object().put("type", "error");
        node.putObject("error").put("type", type(failure.problem())).put("message", failure.message());
        return node.put("request_id", requestId.isEmpty() ? null : requestId);
    }

    private static String type(Problem problem) {
        return switch (problem) {
            case NO_KEY, BAD_KEY, UNAUTHENTICATED -> "authentication_error";
            case BILLING, QUOTA -> "billing_error";
            case FORBIDDEN -> "permission_error";
            case NOT_FOUND -> "not_found_error";
            case CONFLICT -> "conflict_error";
            case TOO_LARGE -> "request_too_large";
            case THROTTLED -> "rate_limit_error";
            case SERVER, BAD_GATEWAY, UNAVAILABLE -> "api_error";
            case GATEWAY_TIMEOUT, TIMEOUT -> "timeout_error";
            case OVERLOADED -> "overloaded_error";
            case INVALID, UNPROCESSABLE, CANCELED -> "invalid_request_error";
        };
    }

    @Override
    public CompletionRequest read(JsonNode body, String use, String version) throws Refused {
        return requests.read(body, use, version);
    }

    @Override
    public ObjectNode completion(String id, CompletionRequest asked, CompletionAnswer made) {
        return OddUsage.in(AnthropicShapes.completion(id, asked, made), "usage", made.odd());
    }

    @Override
    public Item item(JsonNode line, String model) {
        JsonNode params = line.path("params");
        return new Item(line.path("custom_id").asText(), "", params.isObject() ? params : null);
    }

    @Override
    public Row row(SimulatedJob job, Item item, int number, Outcome outcome) {
        ObjectNode line = Json.object().put("custom_id", item.key());
        ObjectNode result = line.putObject("result");
        if (outcome instanceof Outcome.Answered done) {
            ObjectNode message = completion(job.id() + number, done.asked(), done.made());
            if (message.get("usage") instanceof ObjectNode usage) {
                usage.put("service_tier", "batch");
            }
            result.put("type", "succeeded").set("message", message);
        } else if (outcome instanceof Outcome.Failed failed) {
            result.put("type", "errored").set("error", failure(failed.failure(), "", null));
        } else {
            result.put("type", job.state() == SimulatedJob.State.CANCELLING ? "canceled" : "expired");
        }
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
    public boolean fails() {
        return false;
    }

    @Override
    public long lifetime() {
        return DAY;
    }

    private void models(SimulatedCall talk, String[] rest) {
        if (rest.length > 0) {
            if (room.serves(provider(), rest[0])) {
                talk.json(
                        AnthropicShapes.model(new SimulatorSettings.Model(rest[0], 200_000, 64_000, "true", "active")));
            } else {
                talk.notFound("model: " + rest[0]);
            }
            return;
        }
        var page = AnthropicShapes.page(talk, room.models(provider()), SimulatorSettings.Model::id);
        talk.json(AnthropicShapes.list(
                page.items().stream().map(AnthropicShapes::model).toList(), page.more()));
    }
}
