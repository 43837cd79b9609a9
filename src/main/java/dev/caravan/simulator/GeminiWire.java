package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.RefusedCall.Refused;
import dev.caravan.simulator.SimulatorFaults.Setting;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** Gemini's Developer API: generateContent, token counting, models, files with resumable upload, batches. */
final class GeminiWire implements SimulatedWire {
    private static final String BETA = "/v1beta";
    private static final long DAY = 86_400_000;

    private final JobRoom room;
    private final CompletionCalls completions;
    private final GeminiRequests requests;
    private final GeminiFiles files;
    private final GeminiBatches batches;

    GeminiWire(JobRoom room, CompletionCalls completions) {
        this.room = room;
        this.completions = completions;
        requests = new GeminiRequests(room);
        files = new GeminiFiles(room);
        batches = new GeminiBatches(room);
    }

    @Override
    public String provider() {
        return "gemini";
    }

    @Override
    public @Nullable String key(SimulatedCall talk) {
        String header = talk.header("x-goog-api-key");
        return header == null ? talk.request.getParam("key") : header;
    }

    @Override
    public void route(SimulatedCall talk) {
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
            batches.route(talk, path.substring((BETA + "/batches").length()));
        } else if (path.startsWith("/upload" + BETA + "/files")) {
            files.upload(talk);
        } else if (path.startsWith(BETA + "/files") || path.startsWith("/download" + BETA + "/files")) {
            files.route(talk, path.substring(path.indexOf("/files") + "/files".length()));
        } else {
            talk.notFound("Not found.");
        }
    }

    private void model(SimulatedCall talk, String model, String call) {
        switch (call) {
            case "generateContent" -> completions.answer(talk, model, "");
            case "countTokens" ->
                talk.withJson(body -> {
                    JsonNode asked = GeminiShapes.get(body, "generateContentRequest");
                    completions.count(talk, asked.isObject() ? asked : body, model, "", GeminiShapes::counted);
                });
            case "batchGenerateContent" -> {
                if (!room.spoiled(talk)) {
                    batches.create(talk, model);
                }
            }
            default -> talk.notFound("Not found.");
        }
    }

    @Override
    public int status(RefusedCall failure) {
        return switch (failure.problem()) {
            case BAD_KEY, BILLING, UNPROCESSABLE, TOO_LARGE -> 400;
            case NO_KEY -> 403;
            default -> failure.problem().status();
        };
    }

    @Override
    public ObjectNode failure(RefusedCall failure, String requestId, @Nullable Long retryAfterMillis) {
        return GeminiShapes.error(status(failure), failure, retryAfterMillis);
    }

    @Override
    public CompletionRequest read(JsonNode body, String model, String version) throws Refused {
        return requests.read(body, model);
    }

    /** Nothing is said of writing to a cache, and it is not charged by token. */
    @Override
    public CompletionAnswer counted(CompletionAnswer made) {
        return new CompletionAnswer(
                made.content(),
                made.finish(),
                made.refusal(),
                made.stopped(),
                made.input(),
                made.cached(),
                0,
                made.output(),
                made.reasoning(),
                made.odd());
    }

    @Override
    public ObjectNode completion(String id, CompletionRequest asked, CompletionAnswer made) {
        return OddUsage.in(GeminiShapes.response(id, asked, made), "usageMetadata", made.odd());
    }

    @Override
    public Item item(JsonNode line, String model) {
        String key = line.path("key").asText(line.path("metadata").path("key").asText(""));
        JsonNode request = line.path("request");
        return new Item(key, model, request.isObject() ? request : null);
    }

    @Override
    public @Nullable Row row(SimulatedJob job, Item item, int number, Outcome outcome) {
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
    public boolean keeps(SimulatedJob.State end) {
        return end == SimulatedJob.State.CANCELLED && room.settings.faults().is(Setting.CANCELLED_KEPT);
    }

    @Override
    public long lifetime() {
        return 2 * DAY;
    }

    private void models(SimulatedCall talk, String[] rest) {
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
}
