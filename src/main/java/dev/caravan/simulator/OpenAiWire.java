package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.Failure.Problem;
import dev.caravan.simulator.Failure.Refused;
import dev.caravan.simulator.Faults.Setting;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** OpenAI: chat completions, responses, models, files, batches. */
final class OpenAiWire implements Wire, Jobs.Validation {
    private static final String V1 = "/v1";
    private static final long DAY = 86_400_000;
    private static final int MOST_REQUESTS = 50_000;
    private static final Set<String> ENDPOINTS = Set.of("/v1/chat/completions", "/v1/responses");
    private static final Set<String> KNOWN_ENDPOINTS = Set.of(
            "/v1/embeddings",
            "/v1/completions",
            "/v1/moderations",
            "/v1/images/generations",
            "/v1/images/edits",
            "/v1/videos");

    private final JobRoom room;
    private final Completions completions;
    private final OpenAiFiles files;

    OpenAiWire(JobRoom room, Completions completions) {
        this.room = room;
        this.completions = completions;
        files = new OpenAiFiles(room);
    }

    @Override
    public String provider() {
        return "openai";
    }

    @Override
    public @Nullable String key(Talk talk) {
        String header = talk.header("Authorization");
        return header != null && header.startsWith("Bearer ") ? header.substring(7) : null;
    }

    @Override
    public void route(Talk talk) {
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
            batches(talk, talk.rest(V1 + "/batches"));
        } else if (talk.path.startsWith(V1 + "/models")) {
            models(talk, talk.rest(V1 + "/models"));
        } else {
            talk.fail(new Failure(Problem.NOT_FOUND, "Unknown request URL: " + talk.path, null, "unknown_url"));
        }
    }

    @Override
    public int status(Failure failure) {
        return switch (failure.problem()) {
            case INVALID -> 400;
            case NO_KEY, BAD_KEY, UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case TIMEOUT -> 408;
            case CONFLICT -> 409;
            case TOO_LARGE -> 413;
            case UNPROCESSABLE -> 422;
            case CANCELED -> 499;
            case THROTTLED, QUOTA, BILLING -> 429;
            case SERVER -> 500;
            case BAD_GATEWAY -> 502;
            case OVERLOADED, UNAVAILABLE -> 503;
            case GATEWAY_TIMEOUT -> 504;
        };
    }

    @Override
    public ObjectNode failure(Failure failure, String requestId, @Nullable Long retryAfterMillis) {
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
    public Asked read(JsonNode body, String endpoint, String version) throws Refused {
        return endpoint.endsWith("/responses") ? responses(body) : chat(body);
    }

    private Asked chat(JsonNode body) throws Refused {
        String model = model(body);
        JsonNode messages = body.path("messages");
        if (!messages.isArray()) {
            throw Failure.invalid("Missing required parameter: 'messages'.", "messages", "missing_required_parameter")
                    .thrown();
        }
        if (messages.isEmpty()) {
            throw Failure.invalid("Invalid 'messages': empty array.", "messages", "empty_array")
                    .thrown();
        }
        sampling(body, model, body.path("reasoning_effort").asText(""));
        JsonNode format = body.path("response_format");
        JsonNode schema = format.path("json_schema").path("schema");
        if (format.path("type").asText().equals("json_schema")) {
            named(format.path("json_schema"), "response_format.json_schema.name");
        }
        if (format.path("json_schema").path("strict").booleanValue()) {
            strict(schema, "response_format");
        }
        var told = new Told();
        messages.forEach(each -> told.add(each.path("role").asText(), each.path("content")));
        told.more(schema);
        if (format.path("type").asText().equals("json_object") && !told.says("json")) {
            throw Failure.invalid(
                            "'messages' must contain the word 'json' in some form, to use 'response_format' of type"
                                    + " 'json_object'.",
                            "messages",
                            "invalid_value")
                    .thrown();
        }
        long most = body.path("max_completion_tokens")
                .asLong(body.path("max_tokens").asLong(0));
        return told.asked(body, model, schema, most, stops(body.path("stop")));
    }

    private static List<String> stops(JsonNode stop) {
        var stops = new ArrayList<String>();
        if (stop.isTextual()) {
            stops.add(stop.textValue());
        }
        stop.forEach(each -> stops.add(each.asText()));
        return stops;
    }

    private Asked responses(JsonNode body) throws Refused {
        String model = model(body);
        JsonNode input = body.path("input");
        if (input.isMissingNode()) {
            throw Failure.invalid("Missing required parameter: 'input'.", "input", "missing_required_parameter")
                    .thrown();
        }
        for (String each : new String[] {"seed", "stop", "n", "messages"}) {
            if (body.has(each)) {
                throw Failure.invalid("Unknown parameter: '" + each + "'.", each, "unknown_parameter")
                        .thrown();
            }
        }
        long most = body.path("max_output_tokens").asLong(0);
        if (body.has("max_output_tokens") && most < 16) {
            throw Failure.invalid(
                            "Invalid 'max_output_tokens': integer below minimum value.",
                            "max_output_tokens",
                            "integer_below_min_value")
                    .thrown();
        }
        sampling(body, model, body.path("reasoning").path("effort").asText(""));
        JsonNode format = body.path("text").path("format");
        JsonNode schema = format.path("schema");
        if (format.path("type").asText().equals("json_schema")) {
            named(format, "text.format.name");
        }
        if (format.path("strict").booleanValue()) {
            strict(schema, "text.format.schema");
        }
        var told = new Told();
        told.add("system", body.path("instructions"));
        if (input.isTextual()) {
            told.add("user", input);
        }
        input.forEach(each -> told.add(each.path("role").asText(), each.path("content")));
        told.more(schema);
        return told.asked(body, model, schema, most, List.of());
    }

    private String model(JsonNode body) throws Refused {
        if (body.path("stream").booleanValue()) {
            throw Failure.invalid("The simulator does not stream.", "stream", "unsupported_value")
                    .thrown();
        }
        String model = body.path("model").asText("");
        if (model.isEmpty()) {
            throw Failure.invalid("you must provide a model parameter", "model", "missing_required_parameter")
                    .thrown();
        }
        if (!room.serves(provider(), model)) {
            throw new Failure(
                            Problem.NOT_FOUND,
                            "The model `" + model + "` does not exist or you do not have access to it.",
                            null,
                            "model_not_found")
                    .thrown();
        }
        return model;
    }

    /** Since GPT-5, sampling is taken only by what does not reason. */
    private void sampling(JsonNode body, String model, String effort) throws Refused {
        String rule = room.temperature(provider(), model);
        boolean taken = rule.equals("true") || (rule.contains("none") && effort.equals("none"));
        for (String each : List.of("temperature", "top_p")) {
            if (!taken && body.has(each) && body.path(each).doubleValue() != 1) {
                throw Failure.invalid(
                                "Unsupported value: '" + each + "' is not supported with this model.",
                                each,
                                "unsupported_value")
                        .thrown();
            }
        }
        if (!rule.equals("true") && body.has("max_tokens")) {
            throw Failure.invalid(
                            "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
                                    + " 'max_completion_tokens' instead.",
                            "max_tokens",
                            "unsupported_parameter")
                    .thrown();
        }
        if (body.path("temperature").doubleValue() > 2) {
            throw Failure.invalid(
                            "Invalid 'temperature': decimal above maximum value.",
                            "temperature",
                            "decimal_above_max_value")
                    .thrown();
        }
    }

    private static void named(JsonNode format, String param) throws Refused {
        String name = format.path("name").asText("");
        if (!name.matches("[a-zA-Z0-9_-]{1,64}")) {
            throw Failure.invalid(
                            "Invalid '" + param + "': it has 1 to 64 of the characters a-z, A-Z, 0-9, _ and -.",
                            param,
                            name.isEmpty() ? "missing_required_parameter" : "invalid_value")
                    .thrown();
        }
    }

    private static void strict(JsonNode schema, String param) throws Refused {
        String wrong = OpenAiShapes.notStrict(schema);
        if (!wrong.isEmpty()) {
            throw new Failure(Problem.INVALID, "Invalid schema for response_format: " + wrong, param, null).thrown();
        }
    }

    @Override
    public ObjectNode completion(String id, Asked asked, Made made) {
        boolean responses = Json.parse(asked.body()).has("input");
        return responses
                ? OpenAiShapes.response(id, asked, made, room.now() / 1000)
                : OpenAiShapes.completion(id, asked.model(), made, room.now() / 1000);
    }

    @Override
    public Item item(JsonNode line, String model) {
        JsonNode body = line.path("body");
        return new Item(line.path("custom_id").asText(), line.path("url").asText(), body.isObject() ? body : null);
    }

    @Override
    public @Nullable Row row(Job job, Item item, int number, Outcome outcome) {
        ObjectNode line =
                Json.object().put("id", "batch_req_" + job.id() + number).put("custom_id", item.key());
        if (outcome instanceof Outcome.NotRun) {
            boolean expired = job.state() != Job.State.CANCELLING;
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
    public boolean keeps(Job.State end) {
        return true;
    }

    @Override
    public long lifetime() {
        return DAY;
    }

    private void models(Talk talk, String[] rest) {
        if (rest.length == 0) {
            var all = room.models(provider()).stream().map(OpenAiShapes::model).toList();
            ObjectNode list = Json.object().put("object", "list");
            list.set("data", Json.mapper().valueToTree(all));
            talk.json(list);
        } else if (room.serves(provider(), rest[0])) {
            talk.json(OpenAiShapes.model(new SimulatorSettings.Model(rest[0], 0, 0, "true", "active")));
        } else {
            talk.fail(new Failure(
                    Problem.NOT_FOUND, "The model '" + rest[0] + "' does not exist", "model", "model_not_found"));
        }
    }

    private void batches(Talk talk, String[] rest) {
        if (rest.length == 0 && talk.is(HttpMethod.POST)) {
            talk.withJson(body -> create(talk, body));
            return;
        }
        if (rest.length == 0) {
            var all = room.jobs.all(provider()).stream().filter(room::listed).toList();
            var page = JobRoom.page(all, Job::id, talk.request.getParam("after", ""), talk.number("limit", 20, 100));
            talk.json(OpenAiShapes.list(page.items().stream().map(this::shown).toList(), page.more()));
            return;
        }
        Job job = room.jobs.job(rest[0], provider());
        if (job == null || room.young(job)) {
            talk.notFound("No batch found with id '" + rest[0] + "'.");
        } else if (rest.length == 2 && rest[1].equals("cancel") && job.over()) {
            var failure = Failure.of(
                    Problem.CONFLICT,
                    "Cannot cancel a batch with status '" + OpenAiShapes.status(job, room.now()) + "'.");
            talk.fail(failure, (int) room.settings.faults().number(Setting.CANCEL_ENDED), null);
        } else if (rest.length == 2 && rest[1].equals("cancel")) {
            talk.reply(() -> shown(room.cancel(job)));
        } else {
            talk.json(shown(job));
        }
    }

    private JsonNode shown(Job job) {
        return OpenAiShapes.batch(job, room.now());
    }

    private void create(Talk talk, JsonNode body) {
        String endpoint = body.path("endpoint").asText();
        if (!body.path("completion_window").asText().equals("24h")) {
            talk.fail(Failure.invalid("Invalid value: completion_window.", "completion_window", "invalid_value"));
        } else if (!ENDPOINTS.contains(endpoint)) {
            String why = KNOWN_ENDPOINTS.contains(endpoint) ? "The simulator does not serve " : "Invalid value: ";
            talk.fail(Failure.invalid(why + "'" + endpoint + "'.", "endpoint", "invalid_value"));
        } else if (body.path("input_file_id").asText("").isEmpty()) {
            talk.fail(Failure.invalid(
                    "Missing required parameter: 'input_file_id'.", "input_file_id", "missing_required_parameter"));
        } else {
            talk.background(
                    () -> room.jobs.create(Job.open(
                            room.jobs.files.nextId("batch_"),
                            this,
                            "",
                            endpoint,
                            body.path("metadata").isObject() ? body.get("metadata") : null,
                            "",
                            body.path("input_file_id").asText(),
                            false,
                            java.util.Objects.requireNonNullElse(talk.header("X-Simulate"), ""),
                            room.now(),
                            room.jobs.due(),
                            0)),
                    job -> room.created(talk, job, shown(job)));
        }
    }

    @Override
    public Jobs.Checked check(Job job, Path input) throws IOException {
        ArrayNode errors = Json.mapper().createArrayNode();
        if (!Files.exists(input)) {
            errors.add(Jobs.wrong("invalid_file", "The input file cannot be read.", null));
            return new Jobs.Checked(errors, 0, "");
        }
        Set<String> ids = new HashSet<>();
        String[] model = {""};
        int[] count = {0};
        long longest = room.settings.faults().number(Setting.CUSTOM_ID_MAX);
        Jobs.eachLine(input, (number, line) -> {
            count[0]++;
            JsonNode row = Jobs.parse(line);
            String problem = row == null ? "invalid_json_line" : wrong(row, job, ids, longest);
            if (!problem.isEmpty()) {
                errors.add(Jobs.wrong(problem, "This line is refused: " + problem + ".", number));
            } else if (row != null) {
                String another = row.path("body").path("model").asText();
                if (!model[0].isEmpty() && !another.equals(model[0])) {
                    errors.add(Jobs.wrong("model_mismatch", "All requests of a batch use one model.", number));
                }
                model[0] = model[0].isEmpty() ? another : model[0];
            }
        });
        if (count[0] == 0) {
            errors.add(Jobs.wrong("empty_file", "The batch file is empty.", null));
        }
        if (count[0] > MOST_REQUESTS) {
            errors.add(Jobs.wrong("too_many_tasks", "The batch contains too many tasks.", null));
        }
        if (errors.isEmpty() && !room.serves(provider(), model[0])) {
            errors.add(Jobs.wrong("model_not_found", "The provided model is not supported by the Batch API.", null));
        }
        if (errors.isEmpty()) {
            full(model[0], errors);
        }
        return new Jobs.Checked(errors, count[0], model[0]);
    }

    private static String wrong(JsonNode row, Job job, Set<String> ids, long longest) {
        String id = row.path("custom_id").asText("");
        if (id.isEmpty() || id.length() > longest) {
            return id.isEmpty() ? "missing_required_parameter" : "invalid_custom_id";
        }
        if (!ids.add(id)) {
            return "duplicate_custom_id";
        }
        if (!row.path("method").asText().equals("POST")) {
            return "invalid_method";
        }
        if (!row.path("url").asText().equals(job.endpoint())) {
            return row.path("url").asText().startsWith("/v1/") ? "url_mismatch" : "invalid_url";
        }
        return row.path("body").isObject() ? "" : "missing_required_parameter";
    }

    /** The account's queue of prompt tokens. */
    private void full(String model, ArrayNode errors) throws IOException {
        long limit = room.settings.faults().number(Setting.ENQUEUED);
        if (limit > 0 && room.jobs.enqueued(this, true) > limit) {
            errors.add(Jobs.wrong(
                    "token_limit_exceeded",
                    "Enqueued token limit reached for " + model + " in organization simulator. Limit: " + limit
                            + " enqueued tokens.",
                    null));
        }
    }
}
