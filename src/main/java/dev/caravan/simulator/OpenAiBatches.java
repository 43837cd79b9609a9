package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.SimulatorFaults.Setting;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** OpenAI's batches: create, show, list, cancel, and the check of the input file before any of it is run. */
final class OpenAiBatches {
    private static final String OPENAI = "openai";
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

    OpenAiBatches(JobRoom room) {
        this.room = room;
    }

    void route(SimulatedCall talk, String[] rest) {
        if (rest.length == 0 && talk.is(HttpMethod.POST)) {
            talk.withJson(body -> create(talk, body));
            return;
        }
        if (rest.length == 0) {
            var page = JobRoom.page(
                    room.listed(OPENAI),
                    SimulatedJob::id,
                    talk.request.getParam("after", ""),
                    talk.number("limit", 20, 100));
            talk.json(OpenAiShapes.list(page.items().stream().map(this::shown).toList(), page.more()));
            return;
        }
        SimulatedJob job = room.job(rest[0], OPENAI);
        if (job == null) {
            talk.notFound("No batch found with id '" + rest[0] + "'.");
        } else if (rest.length == 2 && rest[1].equals("cancel") && job.over()) {
            var failure = RefusedCall.of(
                    Problem.CONFLICT,
                    "Cannot cancel a batch with status '" + OpenAiShapes.status(job, room.now()) + "'.");
            talk.fail(failure, (int) room.settings.faults().number(Setting.CANCEL_ENDED), null);
        } else if (rest.length == 2 && rest[1].equals("cancel")) {
            talk.reply(() -> shown(room.cancel(job)));
        } else {
            talk.json(shown(job));
        }
    }

    private JsonNode shown(SimulatedJob job) {
        return OpenAiShapes.batch(job, room.now());
    }

    private void create(SimulatedCall talk, JsonNode body) {
        String endpoint = body.path("endpoint").asText();
        if (!body.path("completion_window").asText().equals("24h")) {
            talk.fail(RefusedCall.invalid("Invalid value: completion_window.", "completion_window", "invalid_value"));
        } else if (!ENDPOINTS.contains(endpoint)) {
            String why = KNOWN_ENDPOINTS.contains(endpoint) ? "The simulator does not serve " : "Invalid value: ";
            talk.fail(RefusedCall.invalid(why + "'" + endpoint + "'.", "endpoint", "invalid_value"));
        } else if (body.path("input_file_id").asText("").isEmpty()) {
            talk.fail(RefusedCall.invalid(
                    "Missing required parameter: 'input_file_id'.", "input_file_id", "missing_required_parameter"));
        } else {
            talk.background(
                    () -> room.jobs.create(SimulatedJob.open(
                            room.jobs.files.nextId("batch_"),
                            talk.wire.provider(),
                            "",
                            endpoint,
                            body.path("metadata").isObject() ? body.get("metadata") : null,
                            "",
                            body.path("input_file_id").asText(),
                            false,
                            talk.simulate(),
                            room.now(),
                            room.jobs.due(),
                            0)),
                    job -> room.created(talk, job, shown(job)));
        }
    }

    /** Checks a job's file as its provider does, all lines of it. */
    SimulatedJobs.Checked check(WireShapes wire, SimulatedJob job, Path input) throws IOException {
        var lines = new BatchLines(job, room.settings.faults().number(Setting.CUSTOM_ID_MAX));
        ArrayNode errors = lines.errors;
        if (!Files.exists(input)) {
            errors.add(SimulatedJobs.wrong("invalid_file", "The input file cannot be read.", null));
            return new SimulatedJobs.Checked(errors, 0, "");
        }
        RequestLines.each(input, lines::add);
        if (lines.count == 0) {
            errors.add(SimulatedJobs.wrong("empty_file", "The batch file is empty.", null));
        }
        if (lines.count > MOST_REQUESTS) {
            errors.add(SimulatedJobs.wrong("too_many_tasks", "The batch contains too many tasks.", null));
        }
        if (errors.isEmpty() && !room.serves(OPENAI, lines.model)) {
            errors.add(SimulatedJobs.wrong(
                    "model_not_found", "The provided model is not supported by the Batch API.", null));
        }
        if (errors.isEmpty()) {
            full(wire, lines.model, errors);
        }
        return new SimulatedJobs.Checked(errors, lines.count, lines.model);
    }

    /** The lines of an input file, and what is wrong with each. */
    private static final class BatchLines {
        private final SimulatedJob job;
        private final long longestId;
        private final Set<String> ids = new HashSet<>();
        private final ArrayNode errors = Json.mapper().createArrayNode();
        private String model = "";
        private int count;

        BatchLines(SimulatedJob job, long longestId) {
            this.job = job;
            this.longestId = longestId;
        }

        void add(int number, String line) {
            count++;
            JsonNode row = RequestLines.parse(line);
            String problem = row == null ? "invalid_json_line" : wrong(row, job, ids, longestId);
            if (row == null || !problem.isEmpty()) {
                errors.add(SimulatedJobs.wrong(problem, "This line is refused: " + problem + ".", number));
                return;
            }
            String another = row.path("body").path("model").asText();
            if (!model.isEmpty() && !another.equals(model)) {
                errors.add(SimulatedJobs.wrong("model_mismatch", "All requests of a batch use one model.", number));
            }
            model = model.isEmpty() ? another : model;
        }
    }

    private static String wrong(JsonNode row, SimulatedJob job, Set<String> ids, long longest) {
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
    private void full(WireShapes wire, String model, ArrayNode errors) throws IOException {
        long limit = room.settings.faults().number(Setting.ENQUEUED);
        if (limit > 0 && room.jobs.enqueued(wire, true) > limit) {
            errors.add(SimulatedJobs.wrong(
                    "token_limit_exceeded",
                    "Enqueued token limit reached for " + model + " in organization simulator. Limit: " + limit
                            + " enqueued tokens.",
                    null));
        }
    }
}
