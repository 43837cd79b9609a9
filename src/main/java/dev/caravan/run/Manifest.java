package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.SaturatedMath;
import dev.caravan.provider.Lane;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/**
 * {@code MANIFEST.json}: the fold of the journal up to {@code journal_seq}, so that a resume need not start at the
 * first event. It is never the truth: with the journal at hand it can be made again.
 *
 * <p>Its first members are for people ({@code status}, {@code pipeline}, {@code steps}, {@code cost}); {@code fold}
 * is what a resume reads.
 */
public final class Manifest {
    public static final int SCHEMA_VERSION = 14;

    private Manifest() {}

    public static ObjectNode of(RunState state, long journalSeq, Instant updated) {
        RunSummary summary = RunSummary.of(state);
        ObjectNode node = Json.object();
        node.put("schema_version", SCHEMA_VERSION);
        node.put("journal_seq", journalSeq);
        node.put("run", summary.run());
        node.put("title", state.title());
        node.put("pipeline_name", summary.pipeline());
        node.put("status", summary.status().toString());
        node.put("reason", summary.reason());
        node.put("mode", summary.mode().word());
        node.put("created", summary.times().created().toString());
        node.put("updated", updated.toString());
        node.put("ended", ManifestTimes.text(summary.times().ended()));
        node.put("units", summary.progress().units());
        node.put("children", summary.progress().children());
        node.put("done", summary.progress().done());
        node.put("failed", summary.progress().failed());
        node.put("dropped", summary.progress().dropped());
        ArrayNode pipeline = node.putArray("pipeline");
        state.facts().steps().forEach(pipeline::add);
        ArrayNode steps = node.putArray("steps");
        summary.steps().forEach(each -> steps.add(Json.mapper().<ObjectNode>valueToTree(each)));
        node.set("fold", fold(state));
        return node;
    }

    /**
     * {@code .manifest_summary.json}: what a list of runs shows, without the fold. Cost in US dollars, or null where
     * nobody knows it.
     */
    static ObjectNode brief(RunSummary run, Instant updated) {
        int settled = run.progress().settled();
        ObjectNode node = Json.object().put("status", run.status().toString());
        node.put("reason", run.reason()).put("error_message", run.detail());
        node.put(
                "progress",
                run.progress().total() == 0
                        ? 0
                        : (int) (100L * settled / run.progress().total()));
        node.put("total_units", run.progress().units())
                .put("child_units", run.progress().children());
        node.put("valid_units", run.progress().done())
                .put("failed_units", run.progress().failed());
        node.put("dropped_units", run.progress().dropped());
        node.put(
                "cost",
                run.cost().picos() < 0
                        ? null
                        : BigDecimal.valueOf(run.cost().picos(), 12).stripTrailingZeros());
        node.put("unknown_usage_replies", run.cost().unknown().calls());
        node.put("simulated", run.simulated());
        node.put(
                "total_tokens",
                SaturatedMath.plus(
                        run.cost().usage().input(), run.cost().usage().output()));
        node.put("mode", run.mode().word());
        node.put("pipeline_name", run.pipeline());
        node.put("created", run.times().created().toString()).put("updated", updated.toString());
        return node.put("ended", ManifestTimes.text(run.times().ended()));
    }

    static ObjectNode fold(RunState state) {
        ObjectNode fold = Json.object();
        RunLifecycle life = state.life;
        fold.set("facts", Json.mapper().valueToTree(RunFactsJson.of(state.facts())));
        fold.put("status", life.status.name()).put("lane", life.lane.name());
        fold.put("reason", life.reason).put("detail", life.detail);
        fold.put("formed", state.works.formed).put("jobs_created", state.works.jobsCreated);
        fold.put("revisions", life.revisions).put("title", life.title);
        fold.set("readings", Json.mapper().valueToTree(life.readings));
        fold.put("cap_picos", state.allowance.capPicos).put("approved_by", state.allowance.approvedBy);
        fold.put("approved_high_picos", state.allowance.approvedHighPicos);
        fold.put("approval_asked", state.allowance.approvalAsked).put("served", life.served);
        fold.set("outlook", state.allowance.outlook.toJson());
        fold.put("pilot_passed", state.allowance.pilotPassed);
        fold.put("created", life.createdAt.toString()).put("started", life.startedAt.toString());
        fold.put("ended", ManifestTimes.text(life.endedAt));
        fold.put("progress", life.progressAt.toString());
        fold.set("revised", array(state.revised, EventJson::body));
        fold.set("given", Json.mapper().valueToTree(state.given));
        fold.set("outputs", Json.mapper().valueToTree(state.outputs));
        fold.set("ledger", state.ledger.toJson());
        state.files.write(fold);
        UnitsJson.write(state.units, fold);
        fold.set("steps", array(state.steps, StepJson::of));
        fold.set("tasks", array(state.tasks.all(), TaskState::toJson));
        fold.set("works", array(state.works.all(), WorkJson::of));
        fold.set("reviews", array(state.reviews.all(), UnitReview::toJson));
        fold.set("strays", array(state.strays.all(), StrayJob::toJson));
        return fold;
    }

    private static <T> ArrayNode array(Collection<T> all, Function<T, ObjectNode> shape) {
        ArrayNode array = Json.mapper().createArrayNode();
        all.forEach(each -> array.add(shape.apply(each)));
        return array;
    }

    /** Reads the fold back. Further events are applied on top of it. */
    public static RunState restore(ObjectNode manifest) {
        JsonNode fold = manifest.get("fold");
        var state = new RunState();
        RunFactsJson facts = Json.mapper().convertValue(fold.get("facts"), RunFactsJson.class);
        state.create(facts.facts(), ManifestTimes.time(fold.get("created")));
        restore(state.life, fold);
        state.allowance.capPicos = fold.get("cap_picos").longValue();
        state.allowance.approvedBy = fold.get("approved_by").textValue();
        state.allowance.approvedHighPicos = fold.get("approved_high_picos").longValue();
        state.allowance.approvalAsked = fold.get("approval_asked").booleanValue();
        state.allowance.outlook = Json.mapper().convertValue(fold.get("outlook"), CostOutlook.class);
        state.allowance.pilotPassed = fold.get("pilot_passed").booleanValue();
        fold.get("revised")
                .forEach(each -> state.revised.add(Json.mapper().convertValue(each, RunEvent.RunRevised.class)));
        fold.get("given").properties().forEach(each -> state.given.put(each.getKey(), text(each)));
        fold.get("outputs").properties().forEach(each -> state.outputs.put(each.getKey(), text(each)));
        state.ledger = Ledger.fromJson((ObjectNode) fold.get("ledger"));
        state.files.restore(fold);
        UnitsJson.restore(state.units, fold);
        state.flow().gathers.recount();
        for (int i = 0; i < state.steps.size(); i++) {
            StepJson.restore(state.steps.get(i), fold.get("steps").get(i));
        }
        fold.get("tasks").forEach(each -> state.tasks.put(TaskState.fromJson(each)));
        state.works.formed = fold.get("formed").intValue();
        state.works.jobsCreated = fold.get("jobs_created").intValue();
        fold.get("works").forEach(each -> state.works.put(WorkJson.read(each, state.changes)));
        fold.get("reviews").forEach(each -> state.reviews.put(UnitReview.fromJson(each)));
        fold.get("strays").forEach(each -> state.strays.put(StrayJob.fromJson(each)));
        return state;
    }

    private static void restore(RunLifecycle life, JsonNode fold) {
        life.status = RunStatus.valueOf(fold.get("status").textValue());
        life.lane = Lane.valueOf(fold.get("lane").textValue());
        life.reason = fold.get("reason").textValue();
        life.detail = fold.get("detail").textValue();
        life.title = fold.get("title").textValue();
        life.served = fold.get("served").booleanValue();
        life.revisions = fold.get("revisions").intValue();
        fold.get("readings").forEach(each -> life.readings.add(each.intValue()));
        life.startedAt = ManifestTimes.time(fold.get("started"));
        life.endedAt = ManifestTimes.optionalTime(fold.get("ended"));
        life.progressAt = ManifestTimes.time(fold.get("progress"));
    }

    private static String text(Map.Entry<String, JsonNode> member) {
        return member.getValue().textValue();
    }
}
