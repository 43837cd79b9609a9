package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.Failure.Problem;
import dev.caravan.simulator.Failure.Refused;
import dev.caravan.simulator.Faults.Kind;
import dev.caravan.simulator.Faults.Setting;
import dev.caravan.simulator.Made.Finish;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Anthropic: messages, token counting, models, message batches, in both versions of the API. */
final class AnthropicWire implements Wire {
    private static final String BATCHES = "/v1/messages/batches";
    static final String OLD = "2023-06-01";
    static final String NEW = "2026-10-21";
    private static final long DAY = 86_400_000;
    private static final long KEPT = 29 * DAY;
    private static final int MOST_REQUESTS = 100_000;
    private static final Set<String> SAMPLING = Set.of("temperature", "top_p", "top_k");
    private static final Set<String> FIELDS = Set.of(
            "model",
            "max_tokens",
            "messages",
            "system",
            "stop_sequences",
            "metadata",
            "thinking",
            "output_config",
            "service_tier",
            "cache_control",
            "inference_geo",
            "tools",
            "tool_choice",
            "stream",
            "container");

    private final JobRoom room;
    private final Completions completions;

    AnthropicWire(JobRoom room, Completions completions) {
        this.room = room;
        this.completions = completions;
    }

    @Override
    public String provider() {
        return "anthropic";
    }

    @Override
    public @Nullable String key(Talk talk) {
        String own = talk.header("x-api-key");
        String bearer = talk.header("Authorization");
        return own != null ? own : bearer != null && bearer.startsWith("Bearer ") ? bearer.substring(7) : null;
    }

    @Override
    public void route(Talk talk) {
        String version = talk.header("anthropic-version");
        talk.header("anthropic-organization-id", "org_simulator");
        if (version == null || !(version.equals(OLD) || version.equals(NEW))) {
            talk.fail(Failure.of(
                    Problem.INVALID,
                    version == null ? "anthropic-version: header is required" : "anthropic-version: unknown version"));
        } else if (talk.is(HttpMethod.POST, "/v1/messages")) {
            completions.answer(talk, "", version);
        } else if (talk.is(HttpMethod.POST, "/v1/messages/count_tokens")) {
            talk.withJson(body -> completions.count(
                    talk, body, "count", version, tokens -> Json.object().put("input_tokens", tokens)));
        } else if (room.spoiled(talk)) {
            return;
        } else if (talk.path.startsWith(BATCHES)) {
            batches(talk, talk.rest(BATCHES), version);
        } else if (talk.path.startsWith("/v1/models")) {
            models(talk, talk.rest("/v1/models"));
        } else {
            talk.notFound("Not found");
        }
    }

    @Override
    public int status(Failure failure) {
        return switch (failure.problem()) {
            case INVALID -> 400;
            case NO_KEY, BAD_KEY, UNAUTHENTICATED -> 401;
            case BILLING, QUOTA -> 402;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case TIMEOUT -> 408;
            case CONFLICT -> 409;
            case TOO_LARGE -> 413;
            case UNPROCESSABLE -> 422;
            case THROTTLED -> 429;
            case CANCELED -> 499;
            case SERVER -> 500;
            case BAD_GATEWAY -> 502;
            case UNAVAILABLE -> 503;
            case GATEWAY_TIMEOUT -> 504;
            case OVERLOADED -> 529;
        };
    }

    @Override
    public ObjectNode failure(Failure failure, String requestId, @Nullable Long retryAfterMillis) {
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

    private static Refused invalid(String message) {
        return Failure.of(Problem.INVALID, message).thrown();
    }

    @Override
    public Asked read(JsonNode body, String use, String version) throws Refused {
        var names = body.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            boolean known = FIELDS.contains(name) || (SAMPLING.contains(name) && version.equals(OLD));
            if (!known) {
                throw invalid(name + ": Extra inputs are not permitted");
            }
        }
        if (body.path("stream").booleanValue()) {
            throw invalid("stream: the simulator does not stream");
        }
        String model = body.path("model").asText("");
        if (model.isEmpty()) {
            throw invalid("model: Field required");
        }
        if (!room.serves(provider(), model)) {
            throw Failure.of(Problem.NOT_FOUND, "model: " + model).thrown();
        }
        if (room.temperature(provider(), model).equals("false")
                && SAMPLING.stream().anyMatch(body::has)) {
            throw invalid("`temperature` is not supported by this model");
        }
        boolean counting = use.equals("count");
        if (!counting && !body.path("max_tokens").isIntegralNumber()) {
            throw invalid("max_tokens: Field required");
        }
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw invalid(
                    messages.isArray() ? "messages: at least one message is required" : "messages: Field required");
        }
        var told = new Told();
        told.add("system", body.path("system"));
        int at = 0;
        for (JsonNode each : messages) {
            String role = each.path("role").asText();
            boolean later = role.equals("system") && at > 0;
            if (!role.equals("user") && !role.equals("assistant") && !later) {
                throw invalid("messages." + at + ".role: Input should be 'user' or 'assistant'");
            }
            if (version.equals(NEW)) {
                blocks(role, each.path("content"), "messages." + at + ".content.");
            }
            told.add(role, each.path("content"));
            at++;
        }
        if (messages.get(messages.size() - 1).path("role").asText().equals("assistant") && version.equals(NEW)) {
            throw invalid("This model does not support assistant message prefill.");
        }
        JsonNode schema = body.path("output_config").path("format").path("schema");
        if (schema.isObject()) {
            closed(schema);
        }
        told.more(schema);
        var stops = new ArrayList<String>();
        body.path("stop_sequences").forEach(each -> stops.add(each.asText()));
        return told.asked(body, model, schema, body.path("max_tokens").asLong(0), stops);
    }

    /** The newer version takes no documents from the assistant, and no citations from the user. */
    private static void blocks(String role, JsonNode content, String place) throws Refused {
        for (int i = 0; content.isArray() && i < content.size(); i++) {
            JsonNode block = content.get(i);
            if (role.equals("assistant") && block.path("type").asText().equals("document")) {
                throw invalid(place + i + ".type: Input tag 'document' is not permitted");
            }
            if (role.equals("user")
                    && block.path("type").asText().equals("text")
                    && !block.path("citations").isEmpty()) {
                throw invalid(place + i + ".citations: Extra inputs are not permitted");
            }
        }
    }

    /** Objects of an output format say what they hold and nothing else. */
    private static void closed(JsonNode schema) throws Refused {
        if (schema.path("type").asText().equals("object")
                && (!schema.path("additionalProperties").isBoolean()
                        || schema.path("additionalProperties").booleanValue())) {
            throw invalid(
                    "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to"
                            + " false");
        }
        for (String each : new String[] {"minimum", "maximum", "minLength", "maxLength", "multipleOf"}) {
            if (schema.path(each).isNumber()) {
                throw invalid("output_config.format.schema: property '" + each + "' is not supported");
            }
        }
        for (JsonNode each : schema) {
            if (each.isContainerNode()) {
                closed(each);
            }
        }
    }

    @Override
    public ObjectNode completion(String id, Asked asked, Made made) {
        boolean refused = made.finish() == Finish.REFUSAL || made.finish() == Finish.BLOCKED;
        ObjectNode node = Json.object().put("id", "msg_" + id).put("type", "message");
        node.put("role", "assistant").put("model", asked.model());
        ArrayNode content = node.putArray("content");
        if (made.reasoning() > 0) {
            content.addObject().put("type", "thinking").put("thinking", "…").put("signature", "c2lt");
        }
        if (!refused && made.output() > made.reasoning()) {
            content.addObject().put("type", "text").put("text", made.content()).putNull("citations");
        }
        String reason = refused
                ? "refusal"
                : made.stopped() != null ? "stop_sequence" : made.finish() == Finish.LENGTH ? "max_tokens" : "end_turn";
        node.put("stop_reason", reason).put("stop_sequence", made.stopped());
        if (refused) {
            node.putObject("stop_details")
                    .put("type", "refusal")
                    .put("category", "general_harms")
                    .put("explanation", made.refusal());
        } else {
            node.putNull("stop_details");
        }
        node.putNull("container");
        ObjectNode usage = node.putObject("usage");
        usage.put("input_tokens", made.input() - made.cached() - made.written())
                .put("cache_creation_input_tokens", made.written())
                .put("cache_read_input_tokens", made.cached());
        usage.putObject("cache_creation")
                .put("ephemeral_5m_input_tokens", made.written())
                .put("ephemeral_1h_input_tokens", 0);
        usage.put("output_tokens", made.output());
        usage.putObject("output_tokens_details").put("thinking_tokens", made.reasoning());
        usage.put("service_tier", "standard").put("inference_geo", "global").putNull("server_tool_use");
        return node;
    }

    @Override
    public Item item(JsonNode line, String model) {
        JsonNode params = line.path("params");
        return new Item(line.path("custom_id").asText(), "", params.isObject() ? params : null);
    }

    @Override
    public Row row(Job job, Item item, int number, Outcome outcome) {
        ObjectNode line = Json.object().put("custom_id", item.key());
        ObjectNode result = line.putObject("result");
        if (outcome instanceof Outcome.Answered done) {
            ObjectNode message = completion(job.id() + number, done.asked(), done.made());
            ((ObjectNode) message.get("usage")).put("service_tier", "batch");
            result.put("type", "succeeded").set("message", message);
        } else if (outcome instanceof Outcome.Failed failed) {
            result.put("type", "errored").set("error", failure(failed.failure(), "", null));
        } else {
            result.put("type", job.state() == Job.State.CANCELLING ? "canceled" : "expired");
        }
        return new Row(false, line);
    }

    @Override
    public boolean shuffles() {
        return true;
    }

    @Override
    public boolean keeps(Job.State end) {
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

    private void models(Talk talk, String[] rest) {
        if (rest.length > 0) {
            if (room.serves(provider(), rest[0])) {
                talk.json(model(new SimulatorSettings.Model(rest[0], 200_000, 64_000, "true", "active")));
            } else {
                talk.notFound("model: " + rest[0]);
            }
            return;
        }
        var page = page(talk, room.models(provider()), SimulatorSettings.Model::id);
        talk.json(list(page.items().stream().map(AnthropicWire::model).toList(), page.more()));
    }

    private static <T> JobRoom.Page<T> page(Talk talk, List<T> all, Function<T, String> id) {
        String before = talk.request.getParam("before_id", "");
        int most = talk.number("limit", 20, 1000);
        return before.isEmpty()
                ? JobRoom.page(all, id, talk.request.getParam("after_id", ""), most)
                : JobRoom.pageBefore(all, id, before, most);
    }

    private static ObjectNode model(SimulatorSettings.Model model) {
        ObjectNode node = Json.object().put("type", "model").put("id", model.id());
        node.put("display_name", model.id()).put("created_at", "2026-01-01T00:00:00Z");
        node.put("max_input_tokens", model.context()).put("max_tokens", model.maxOutput());
        boolean retired = model.lifecycle().equals("retired");
        boolean old = retired
                || model.lifecycle().equals("legacy")
                || model.lifecycle().equals("deprecated");
        node.put("lifecycle", retired ? "retired" : old ? "deprecated" : "active");
        return node.putNull("capabilities")
                .putNull("line")
                .putNull("deprecated_at")
                .putNull("retires_at");
    }

    private static ObjectNode list(List<ObjectNode> data, boolean more) {
        ObjectNode node = Json.object();
        ArrayNode array = node.putArray("data");
        array.addAll(data);
        node.put("has_more", more);
        node.put("first_id", data.isEmpty() ? null : data.get(0).path("id").asText());
        return node.put(
                "last_id",
                data.isEmpty() ? null : data.get(data.size() - 1).path("id").asText());
    }

    private void batches(Talk talk, String[] rest, String version) {
        if (rest.length == 0 && talk.is(HttpMethod.POST)) {
            create(talk, version);
            return;
        }
        if (rest.length == 0) {
            var all = room.jobs.all(provider()).stream().filter(room::listed).toList();
            var page = page(talk, all, Job::id);
            talk.json(list(page.items().stream().map(each -> shown(talk, each)).toList(), page.more()));
            return;
        }
        Job job = room.jobs.job(rest[0], provider());
        if (job == null || room.young(job)) {
            talk.notFound("batch " + rest[0] + " not found");
        } else if (rest.length == 2 && rest[1].equals("results")) {
            results(talk, job);
        } else if (rest.length == 2 && rest[1].equals("cancel")) {
            cancel(talk, job);
        } else if (talk.is(HttpMethod.DELETE) && !job.over()) {
            talk.fail(Failure.of(Problem.INVALID, "A batch can be deleted only when it has ended."));
        } else if (talk.is(HttpMethod.DELETE)) {
            talk.reply(() -> {
                room.jobs.delete(job);
                return Json.object().put("id", job.id()).put("type", "message_batch_deleted");
            });
        } else {
            talk.json(shown(talk, job));
        }
    }

    private void results(Talk talk, Job job) {
        String output = job.output();
        if (!job.over()) {
            var early = Failure.of(Problem.NOT_FOUND, "Batch " + job.id() + " has no results yet.");
            talk.fail(early, (int) room.settings.faults().number(Setting.EARLY_RESULTS), null);
        } else if (output == null || archived(job)) {
            talk.notFound("The results of batch " + job.id() + " are not available.");
        } else {
            talk.file(room.jobs.files.content(output), "application/x-jsonl");
        }
    }

    private void cancel(Talk talk, Job job) {
        if (job.over()) {
            talk.fail(Failure.of(Problem.INVALID, "Batch " + job.id() + " cannot be canceled: it has ended."));
            return;
        }
        talk.reply(() -> shown(talk, room.cancel(job)));
    }

    private void create(Talk talk, String version) {
        String raw = room.jobs.files.nextId("raw-");
        room.store(talk, raw, false)
                .onFailure(e -> talk.fail(Failure.of(Problem.SERVER, "The batch could not be stored.")))
                .onSuccess(stored -> talk.background(
                        () -> made(talk, raw, version), job -> room.created(talk, job, shown(talk, job))));
    }

    private Job made(Talk talk, String raw, String version) throws IOException, Refused {
        String input = room.jobs.files.nextId("requests-");
        int count = room.unpack(raw, input, List.of("requests"), Json.object());
        if (count < 1) {
            throw invalid(count < 0 ? "requests: Field required" : "requests: at least one request is required");
        }
        if (count > MOST_REQUESTS) {
            throw invalid("requests: at most " + MOST_REQUESTS + " requests are allowed");
        }
        check(room.jobs.files.content(input));
        var job = Job.open(
                room.jobs.files.nextId("msgbatch_"),
                this,
                "",
                "",
                null,
                version,
                input,
                true,
                Objects.requireNonNullElse(talk.header("X-Simulate"), ""),
                room.now(),
                room.jobs.due(),
                count);
        long limit = room.settings.faults().number(Setting.ENQUEUED);
        boolean full = limit > 0 && room.jobs.enqueued(this, false) + count > limit;
        if (full || room.jobs.fated(job, Kind.QUEUE_FULL)) {
            throw Failure.of(Problem.THROTTLED, "The queue of requests in batches is full.")
                    .thrown();
        }
        return room.jobs.create(job);
    }

    private static void check(Path input) throws IOException, Refused {
        Set<String> ids = new HashSet<>();
        var wrong = new ArrayList<String>();
        Jobs.eachLine(input, (number, line) -> {
            String id = Json.parse(line).path("custom_id").asText("");
            String at = "requests." + (number - 1) + ".custom_id: ";
            if (id.length() > 64) {
                wrong.add(at + "String should have at most 64 characters");
            } else if (!id.matches("[a-zA-Z0-9_-]{1,64}")) {
                wrong.add(at + "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'");
            } else if (!ids.add(id)) {
                wrong.add(at + "custom_ids must be unique: " + id);
            }
        });
        if (!wrong.isEmpty()) {
            throw invalid(wrong.get(0));
        }
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private boolean archived(Job job) {
        return room.now() > job.created() + KEPT;
    }

    private ObjectNode shown(Talk talk, Job job) {
        ObjectNode node = Json.object().put("id", job.id()).put("type", "message_batch");
        String status = job.over() ? "ended" : job.state() == Job.State.CANCELLING ? "canceling" : "in_progress";
        node.put("processing_status", status.toLowerCase(Locale.ROOT));
        node.putObject("request_counts")
                .put("processing", job.over() ? 0 : job.total())
                .put("succeeded", job.answered())
                .put("errored", job.failed())
                .put("canceled", job.cancelled())
                .put("expired", job.expired());
        node.put("created_at", time(job.created())).put("expires_at", time(job.created() + DAY));
        node.put("ended_at", job.over() ? time(job.ended()) : null);
        node.put("cancel_initiated_at", job.cancelling() > 0 ? time(job.cancelling()) : null);
        boolean archived = archived(job);
        node.put("archived_at", archived ? time(job.created() + KEPT) : null);
        String host = Objects.requireNonNullElse(talk.header("Host"), "127.0.0.1");
        return node.put(
                "results_url",
                job.over() && !archived ? "http://" + host + BATCHES + "/" + job.id() + "/results" : null);
    }
}
