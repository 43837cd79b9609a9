package dev.caravan.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.RefusedCall.Refused;
import dev.caravan.simulator.SimulatorFaults.Setting;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Anthropic's message batches: create, show, list, cancel, delete, and their results. */
final class AnthropicBatches {
    static final String PATH = "/v1/messages/batches";
    private static final String ANTHROPIC = "anthropic";
    private static final long DAY = 86_400_000;
    private static final long KEPT = 29 * DAY;
    private static final int MOST_REQUESTS = 100_000;

    private final JobRoom room;

    AnthropicBatches(JobRoom room) {
        this.room = room;
    }

    private static Refused invalid(String message) {
        return RefusedCall.of(Problem.INVALID, message).thrown();
    }

    void route(SimulatedCall talk, String[] rest, String version) {
        if (rest.length == 0 && talk.is(HttpMethod.POST)) {
            room.create(talk, raw -> made(talk, raw, version), job -> shown(talk, job));
        } else if (rest.length == 0) {
            var page = AnthropicShapes.page(talk, room.listed(ANTHROPIC), SimulatedJob::id);
            talk.json(AnthropicShapes.list(
                    page.items().stream().map(each -> shown(talk, each)).toList(), page.more()));
        } else {
            SimulatedJob job = room.job(rest[0], ANTHROPIC);
            if (job == null) {
                talk.notFound("batch " + rest[0] + " not found");
            } else {
                one(talk, job, rest.length == 2 ? rest[1] : "");
            }
        }
    }

    private void one(SimulatedCall talk, SimulatedJob job, String verb) {
        if (verb.equals("results")) {
            results(talk, job);
        } else if (verb.equals("cancel")) {
            cancel(talk, job);
        } else if (!talk.is(HttpMethod.DELETE)) {
            talk.json(shown(talk, job));
        } else if (!job.over()) {
            talk.fail(RefusedCall.of(Problem.INVALID, "A batch can be deleted only when it has ended."));
        } else {
            talk.reply(() -> {
                room.jobs.delete(job);
                return Json.object().put("id", job.id()).put("type", "message_batch_deleted");
            });
        }
    }

    private void results(SimulatedCall talk, SimulatedJob job) {
        String output = job.output();
        if (!job.over()) {
            var early = RefusedCall.of(Problem.NOT_FOUND, "Batch " + job.id() + " has no results yet.");
            talk.fail(early, (int) room.settings.faults().number(Setting.EARLY_RESULTS), null);
        } else if (output == null || archived(job)) {
            talk.notFound("The results of batch " + job.id() + " are not available.");
        } else {
            talk.file(room.jobs.files.content(output), "application/x-jsonl");
        }
    }

    private void cancel(SimulatedCall talk, SimulatedJob job) {
        if (job.over()) {
            talk.fail(RefusedCall.of(Problem.INVALID, "Batch " + job.id() + " cannot be canceled: it has ended."));
            return;
        }
        talk.reply(() -> shown(talk, room.cancel(job)));
    }

    private SimulatedJob made(SimulatedCall talk, String raw, String version) throws IOException, Refused {
        String input = room.jobs.files.nextId("requests-");
        int count = room.unpack(raw, input, List.of("requests"), Json.object());
        if (count < 1) {
            throw invalid(count < 0 ? "requests: Field required" : "requests: at least one request is required");
        }
        if (count > MOST_REQUESTS) {
            throw invalid("requests: at most " + MOST_REQUESTS + " requests are allowed");
        }
        check(room.jobs.files.content(input));
        var job = SimulatedJob.open(
                room.jobs.files.nextId("msgbatch_"),
                talk.wire.provider(),
                "",
                "",
                null,
                version,
                input,
                true,
                talk.simulate(),
                room.now(),
                room.jobs.due(),
                count);
        if (room.full(talk.wire, job, false)) {
            throw RefusedCall.of(Problem.THROTTLED, "The queue of requests in batches is full.")
                    .thrown();
        }
        return room.jobs.create(job);
    }

    private static void check(Path input) throws IOException, Refused {
        Set<String> ids = new HashSet<>();
        var wrong = new ArrayList<String>();
        RequestLines.each(input, (number, line) -> {
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

    private boolean archived(SimulatedJob job) {
        return room.now() > job.created() + KEPT;
    }

    private ObjectNode shown(SimulatedCall talk, SimulatedJob job) {
        ObjectNode node = Json.object().put("id", job.id()).put("type", "message_batch");
        String status =
                job.over() ? "ended" : job.state() == SimulatedJob.State.CANCELLING ? "canceling" : "in_progress";
        node.put("processing_status", status.toLowerCase(Locale.ROOT));
        node.putObject("request_counts")
                .put("processing", job.over() ? 0 : job.total())
                .put("succeeded", job.answered())
                .put("errored", job.failed())
                .put("canceled", job.cancelled())
                .put("expired", job.expired());
        node.put("created_at", AnthropicShapes.time(job.created()))
                .put("expires_at", AnthropicShapes.time(job.created() + DAY));
        node.put("ended_at", job.over() ? AnthropicShapes.time(job.ended()) : null);
        node.put("cancel_initiated_at", job.cancelling() > 0 ? AnthropicShapes.time(job.cancelling()) : null);
        boolean archived = archived(job);
        node.put("archived_at", archived ? AnthropicShapes.time(job.created() + KEPT) : null);
        return node.put(
                "results_url",
                job.over() && !archived ? "http://" + talk.host() + PATH + "/" + job.id() + "/results" : null);
    }
}
