package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.Failure.Problem;
import dev.caravan.simulator.Failure.Refused;
import dev.caravan.simulator.Faults.Kind;
import dev.caravan.simulator.Faults.Setting;
import dev.caravan.simulator.FileStore.Stored;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gemini's Developer API: generateContent, token counting, models, files with resumable upload, batches. */
final class GeminiWire implements Wire {
    private static final String BETA = "/v1beta";
    private static final long DAY = 86_400_000;
    private static final long MOST_INLINE_BYTES = 20_000_000;

    private final JobRoom room;
    private final Completions completions;
    private final GeminiFiles files;

    GeminiWire(JobRoom room, Completions completions) {
        this.room = room;
        this.completions = completions;
        files = new GeminiFiles(room);
    }

    @Override
    public String provider() {
        return "gemini";
    }

    @Override
    public @Nullable String key(Talk talk) {
        String header = talk.header("x-goog-api-key");
        return header == null ? talk.request.getParam("key") : header;
    }

    @Override
    public void route(Talk talk) {
        String path = talk.path;
        if (path.startsWith(BETA + "/models/") && path.contains(":") && talk.is(HttpMethod.POST)) {
            int colon = path.lastIndexOf(':');
            String model = path.substring((BETA + "/models/").length(), colon);
            model(talk, model, path.substring(colon + 1));
        } else if (room.spoiled(talk)) {
            return;
        } else if (path.startsWith(BETA + "/models")) {
            models(talk, talk.rest(BETA + "/models"));
        } else if (path.startsWith(BETA + "/batches")) {
            batches(talk, path.substring((BETA + "/batches").length()));
        } else if (path.startsWith("/upload" + BETA + "/files")) {
            files.upload(talk);
        } else if (path.startsWith(BETA + "/files") || path.startsWith("/download" + BETA + "/files")) {
            files.route(talk, path.substring(path.indexOf("/files") + "/files".length()));
        } else {
            talk.notFound("Not found.");
        }
    }

    private void model(Talk talk, String model, String call) {
        switch (call) {
            case "generateContent" -> completions.answer(talk, model, "");
            case "countTokens" ->
                talk.withJson(body -> {
                    JsonNode asked = GeminiShapes.get(body, "generateContentRequest");
                    completions.count(talk, asked.isObject() ? asked : body, model, "", GeminiShapes::counted);
                });
            case "batchGenerateContent" -> {
                if (!room.spoiled(talk)) {
                    create(talk, model);
                }
            }
            default -> talk.notFound("Not found.");
        }
    }

    @Override
    public int status(Failure failure) {
        return switch (failure.problem()) {
            case INVALID, BAD_KEY, BILLING, UNPROCESSABLE, TOO_LARGE -> 400;
            case UNAUTHENTICATED -> 401;
            case NO_KEY, FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case TIMEOUT -> 408;
            case CONFLICT -> 409;
            case THROTTLED, QUOTA -> 429;
            case CANCELED -> 499;
            case SERVER -> 500;
            case BAD_GATEWAY -> 502;
            case OVERLOADED, UNAVAILABLE -> 503;
            case GATEWAY_TIMEOUT -> 504;
        };
    }

    @Override
    public ObjectNode failure(Failure failure, String requestId, @Nullable Long retryAfterMillis) {
        return GeminiShapes.error(status(failure), failure, retryAfterMillis);
    }

    @Override
    public Asked read(JsonNode body, String model, String version) throws Refused {
        if (!room.serves(provider(), model)) {
            throw Failure.of(
                            Problem.NOT_FOUND,
                            "models/" + model
                                    + " is not found for API version v1beta, or is not supported for generateContent.")
                    .thrown();
        }
        JsonNode contents = GeminiShapes.get(body, "contents");
        if (!contents.isArray() || contents.isEmpty()) {
            throw invalid("* GenerateContentRequest.contents: contents is not specified");
        }
        var told = new Told();
        told.add("system", GeminiShapes.get(body, "systemInstruction").path("parts"));
        for (JsonNode each : contents) {
            String role = each.path("role").asText("user");
            if (!role.equals("user") && !role.equals("model")) {
                throw invalid("Please use a valid role: user, model.");
            }
            told.add(role, each.path("parts"));
        }
        JsonNode config = GeminiShapes.get(body, "generationConfig");
        if (GeminiShapes.get(config, "temperature").doubleValue() > 2) {
            throw invalid("temperature is out of range [0, 2]");
        }
        JsonNode schema = GeminiShapes.get(config, "responseJsonSchema");
        JsonNode open = GeminiShapes.get(config, "responseSchema");
        told.more(schema.isMissingNode() ? open : schema);
        var stops = new ArrayList<String>();
        GeminiShapes.get(config, "stopSequences").forEach(each -> stops.add(each.asText()));
        return told.asked(
                body,
                model,
                schema.isMissingNode() ? GeminiShapes.plain(open) : schema,
                GeminiShapes.get(config, "maxOutputTokens").asLong(0),
                stops);
    }

    private static Refused invalid(String message) {
        return Failure.of(Problem.INVALID, message).thrown();
    }

    /** Nothing is said of writing to a cache, and it is not charged by token. */
    @Override
    public Made counted(Made made) {
        return new Made(
                made.content(),
                made.finish(),
                made.refusal(),
                made.stopped(),
                made.input(),
                made.cached(),
                0,
                made.output(),
                made.reasoning());
    }

    @Override
    public ObjectNode completion(String id, Asked asked, Made made) {
        return GeminiShapes.response(id, asked, made);
    }

    @Override
    public Item item(JsonNode line, String model) {
        String key = line.path("key").asText(line.path("metadata").path("key").asText(""));
        JsonNode request = line.path("request");
        return new Item(key, model, request.isObject() ? request : null);
    }

    @Override
    public @Nullable Row row(Job job, Item item, int number, Outcome outcome) {
        ObjectNode line = Json.object();
        if (job.own()) {
            line.putObject("metadata").put("key", item.key());
        } else {
            line.put("key", item.key());
        }
        if (outcome instanceof Outcome.Answered done) {
            line.set("response", completion(job.id() + number, done.asked(), done.made()));
        } else if (outcome instanceof Outcome.Failed failed) {
            line.putObject("error")
                    .put("code", GeminiShapes.grpc(failed.failure().problem()))
                    .put("message", failed.failure().message());
        } else {
            return null;
        }
        return new Row(false, line);
    }

    @Override
    public boolean shuffles() {
        return false;
    }

    @Override
    public boolean keeps(Job.State end) {
        return end == Job.State.CANCELLED && room.settings.faults().is(Setting.CANCELLED_KEPT);
    }

    @Override
    public long lifetime() {
        return 2 * DAY;
    }

    private void models(Talk talk, String[] rest) {
        if (rest.length > 0) {
            if (room.serves(provider(), rest[0])) {
                talk.json(
                        GeminiShapes.model(new SimulatorSettings.Model(rest[0], 1_048_576, 65_536, "true", "active")));
            } else {
                talk.notFound("Model is not found: models/" + rest[0] + " for api version v1beta");
            }
            return;
        }
        var page = JobRoom.page(
                room.models(provider()),
                SimulatorSettings.Model::id,
                talk.request.getParam("pageToken", ""),
                talk.number("pageSize", 50, 1000));
        talk.json(GeminiShapes.page("models", page, GeminiShapes::model, SimulatorSettings.Model::id));
    }

    private void batches(Talk talk, String rest) {
        if (rest.isEmpty() || rest.equals("/")) {
            var all = room.jobs.all(provider()).stream().filter(room::listed).toList();
            var page = JobRoom.page(
                    all, Job::id, talk.request.getParam("pageToken", ""), talk.number("pageSize", 20, 1000));
            talk.json(GeminiShapes.page("operations", page, each -> shown(each, false), Job::id));
            return;
        }
        int colon = rest.indexOf(':');
        String id = rest.substring(1, colon < 0 ? rest.length() : colon);
        String call = colon < 0 ? "" : rest.substring(colon + 1);
        Job job = room.jobs.job(id, provider());
        if (job == null || room.young(job)) {
            talk.notFound("Requested entity was not found.");
        } else if (call.equals("cancel")) {
            talk.reply(() -> cancelled(job));
        } else if (call.equals("delete") || talk.is(HttpMethod.DELETE)) {
            talk.reply(() -> {
                room.jobs.delete(job);
                return Json.object();
            });
        } else {
            talk.reply(() -> shown(job, true));
        }
    }

    private ObjectNode cancelled(Job job) throws IOException {
        if (!job.over()) {
            room.cancel(job);
        }
        return Json.object();
    }

    private void create(Talk talk, String model) {
        String raw = room.jobs.files.nextId("raw-");
        room.store(talk, raw, false)
                .onFailure(e -> talk.fail(Failure.of(Problem.SERVER, "The batch could not be stored.")))
                .onSuccess(stored ->
                        talk.background(() -> made(talk, raw, model), job -> room.created(talk, job, quick(job))));
    }

    private ObjectNode quick(Job job) {
        try {
            return shown(job, false);
        } catch (RuntimeException e) {
            throw new IllegalStateException("batch " + job.id(), e);
        }
    }

    private Job made(Talk talk, String raw, String model) throws IOException, Refused {
        if (!room.serves(provider(), model)) {
            throw Failure.of(Problem.NOT_FOUND, "models/" + model + " is not found for API version v1beta.")
                    .thrown();
        }
        long bytes = Files.size(room.jobs.files.content(raw));
        String input = room.jobs.files.nextId("requests-");
        ObjectNode rest = Json.object();
        int count = room.unpack(raw, input, List.of("batch", "inputConfig", "requests", "requests"), rest);
        JsonNode batch = rest.path("batch");
        String name = GeminiShapes.get(GeminiShapes.get(batch, "inputConfig"), "fileName")
                .asText("");
        if (count < 1 && name.isEmpty()) {
            throw invalid("* BatchGenerateContentRequest.batch.input_config: is required");
        }
        if (count > 0 && bytes > MOST_INLINE_BYTES) {
            throw invalid("Request payload size exceeds the limit: 20971520 bytes.");
        }
        String file = name.replaceFirst("^files/", "");
        Stored stored = count > 0 ? null : room.jobs.files.file(file, provider());
        if (count < 1 && stored == null) {
            throw Failure.of(
                            Problem.FORBIDDEN,
                            "You do not have permission to access the File " + file + " or it may not exist.")
                    .thrown();
        }
        String display = GeminiShapes.get(batch, "displayName").asText("");
        var job = Job.open(
                room.jobs.files.nextId("batch-"),
                this,
                model,
                "",
                Json.object().put("displayName", display),
                "",
                count > 0 ? input : file,
                count > 0,
                Objects.requireNonNullElse(talk.header("X-Simulate"), ""),
                room.now(),
                room.jobs.due(),
                count > 0 ? count : (int) lines(file));
        long limit = room.settings.faults().number(Setting.ENQUEUED);
        boolean full = limit > 0 && room.jobs.enqueued(this, true) + room.jobs.tokens(this, job) > limit;
        if (full || room.jobs.fated(job, Kind.QUEUE_FULL)) {
            throw Failure.of(Problem.THROTTLED, "You exceeded your current quota of enqueued tokens.")
                    .thrown();
        }
        return room.jobs.create(job);
    }

    private long lines(String file) throws IOException {
        try (var all = Files.lines(room.jobs.files.content(file))) {
            return all.filter(each -> !each.isBlank()).count();
        }
    }

    private ObjectNode shown(Job job, boolean results) {
        boolean running =
                job.progress(room.now()) > 0.3 || room.settings.faults().is(Setting.CREATED_RUNNING);
        ObjectNode node = GeminiShapes.batch(job, running);
        boolean inline = job.own() && job.output() != null;
        if (job.output() != null && (results || !inline)) {
            ObjectNode output = inline
                    ? GeminiShapes.inlined(room.jobs.files.content(job.output()))
                    : Json.object().put("responsesFile", "files/" + job.output());
            ((ObjectNode) node.get("metadata")).set("output", output);
            ((ObjectNode) node.get("response")).setAll(output);
        }
        return node;
    }
}
