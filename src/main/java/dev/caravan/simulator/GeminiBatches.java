package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.RefusedCall.Refused;
import dev.caravan.simulator.SimulatorFaults.Setting;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Gemini's batches, of a file or of requests that come inline: create, show, list, cancel, delete. */
final class GeminiBatches {
    private static final String GEMINI = "gemini";
    private static final long MOST_INLINE_BYTES = 20_000_000;

    private final JobRoom room;

    GeminiBatches(JobRoom room) {
        this.room = room;
    }

    private static Refused invalid(String message) {
        return RefusedCall.of(Problem.INVALID, message).thrown();
    }

    void route(SimulatedCall talk, String rest) {
        if (rest.isEmpty() || rest.equals("/")) {
            var page = JobRoom.page(
                    room.listed(GEMINI),
                    SimulatedJob::id,
                    talk.request.getParam("pageToken", ""),
                    talk.number("pageSize", 20, 1000));
            talk.json(GeminiShapes.page("operations", page, each -> shown(each, false), SimulatedJob::id));
            return;
        }
        int colon = rest.indexOf(':');
        String id = rest.substring(1, colon < 0 ? rest.length() : colon);
        String call = colon < 0 ? "" : rest.substring(colon + 1);
        SimulatedJob job = room.job(id, GEMINI);
        if (job == null) {
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

    private ObjectNode cancelled(SimulatedJob job) throws IOException {
        if (!job.over()) {
            room.cancel(job);
        }
        return Json.object();
    }

    void create(SimulatedCall talk, String model) {
        room.create(talk, raw -> made(talk, raw, model), this::quick);
    }

    private ObjectNode quick(SimulatedJob job) {
        try {
            return shown(job, false);
        } catch (RuntimeException e) {
            throw new IllegalStateException("batch " + job.id(), e);
        }
    }

    private SimulatedJob made(SimulatedCall talk, String raw, String model) throws IOException, Refused {
        if (!room.serves(GEMINI, model)) {
            throw RefusedCall.of(Problem.NOT_FOUND, "models/" + model + " is not found for API version v1beta.")
                    .thrown();
        }
        long bytes = Files.size(room.jobs.files.content(raw));
        String input = room.jobs.files.nextId("requests-");
        ObjectNode rest = Json.object();
        int inline = room.unpack(raw, input, List.of("batch", "inputConfig", "requests", "requests"), rest);
        JsonNode batch = rest.path("batch");
        if (inline > 0 && bytes > MOST_INLINE_BYTES) {
            throw invalid("Request payload size exceeds the limit: 20971520 bytes.");
        }
        String file = inline > 0 ? input : file(batch);
        String display = GeminiShapes.get(batch, "displayName").asText("");
        var job = SimulatedJob.open(
                room.jobs.files.nextId(""),
                talk.wire.provider(),
                model,
                "",
                Json.object().put("displayName", display),
                "",
                file,
                inline > 0,
                talk.simulate(),
                room.now(),
                room.jobs.due(),
                inline > 0 ? inline : (int) lines(file));
        if (room.full(talk.wire, job, true)) {
            throw RefusedCall.of(Problem.THROTTLED, "You exceeded your current quota of enqueued tokens.")
                    .thrown();
        }
        return room.jobs.create(job);
    }

    /** The file that a batch names where no requests stand in it. */
    private String file(JsonNode batch) throws Refused {
        String name = GeminiShapes.get(GeminiShapes.get(batch, "inputConfig"), "fileName")
                .asText("");
        if (name.isEmpty()) {
            throw invalid("* BatchGenerateContentRequest.batch.input_config: is required");
        }
        String file = name.replaceFirst("^files/", "");
        if (room.jobs.files.file(file, GEMINI) == null) {
            throw RefusedCall.of(
                            Problem.FORBIDDEN,
                            "You do not have permission to access the File " + file + " or it may not exist.")
                    .thrown();
        }
        return file;
    }

    private long lines(String file) throws IOException {
        var count = new long[1];
        RequestLines.each(room.jobs.files.content(file), (number, line) -> count[0]++);
        return count[0];
    }

    private ObjectNode shown(SimulatedJob job, boolean results) {
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
