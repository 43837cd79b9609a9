package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code MANIFEST.json}: the fold of the journal up to {@code journal_seq}, so that a resume need not start at the
 * first event. It is never the truth: with the journal at hand it can be made again.
 *
 * <p>Its first members are for people ({@code status}, {@code pipeline}, {@code steps}, {@code cost}); {@code fold}
 * is what a resume reads.
 */
public final class Manifest {
    public static final int SCHEMA_VERSION = 7;

    private Manifest() {}

    public static ObjectNode of(RunState state, long journalSeq, Instant updated) {
        RunSummary summary = state.summary();
        ObjectNode node = Json.object();
        node.put("schema_version", SCHEMA_VERSION);
        node.put("journal_seq", journalSeq);
        node.put("run", summary.run());
        node.put("title", state.title);
        node.put("pipeline_name", summary.pipeline());
        node.put("status", summary.status().toString());
        node.put("reason", summary.reason());
        node.put("mode", summary.mode().name().toLowerCase(java.util.Locale.ROOT));
        node.put("created", summary.created().toString());
        node.put("updated", updated.toString());
        node.put("ended", summary.ended() == null ? null : summary.ended().toString());
        node.put("units", summary.units());
        node.put("children", summary.children());
        node.put("done", summary.done());
        node.put("failed", summary.failed());
        node.put("dropped", summary.dropped());
        ArrayNode pipeline = node.putArray("pipeline");
        state.facts().steps().forEach(pipeline::add);
        ArrayNode steps = node.putArray("steps");
        summary.steps().forEach(each -> steps.add(Json.mapper().<ObjectNode>valueToTree(each)));
        node.set("fold", fold(state));
        return node;
    }

    /** {@code .manifest_summary.json}: what a list of runs shows, without the fold. Cost in US dollars, or null. */
    static ObjectNode brief(RunSummary run, Instant updated) {
        int settled = run.settled();
        ObjectNode node = Json.object().put("status", run.status().toString());
        node.put("reason", run.reason()).put("error_message", run.detail());
        node.put("progress", run.total() == 0 ? 0 : (int) (100L * settled / run.total()));
        node.put("total_units", run.units()).put("child_units", run.children());
        node.put("valid_units", run.done()).put("failed_units", run.failed());
        node.put("dropped_units", run.dropped());
        node.put(
                "cost",
                run.settledPicos() < 0
                        ? null
                        : BigDecimal.valueOf(run.settledPicos(), 12).stripTrailingZeros());
        node.put("simulated", run.simulated());
        node.put("total_tokens", run.usage().input() + run.usage().output());
        node.put("mode", run.mode().name().toLowerCase(java.util.Locale.ROOT));
        node.put("pipeline_name", run.pipeline());
        node.put("created", run.created().toString()).put("updated", updated.toString());
        return node.put("ended", run.ended() == null ? null : run.ended().toString());
    }

    static ObjectNode fold(RunState state) {
        ObjectNode fold = Json.object();
        fold.set("facts", Json.mapper().valueToTree(state.facts()));
        fold.put("status", state.status.name());
        fold.put("lane", state.lane.name());
        fold.put("reason", state.reason);
        fold.put("detail", state.detail);
        fold.put("formed", state.formed);
        fold.put("jobs_created", state.jobsCreated);
        fold.put("revisions", state.revisions).put("title", state.title);
        fold.put("cap_picos", state.capPicos).put("approved_by", state.approvedBy);
        fold.put("pilot_passed", state.pilotPassed);
        fold.put("created", state.createdAt.toString());
        fold.put("started", state.startedAt.toString());
        fold.put("ended", state.endedAt == null ? null : state.endedAt.toString());
        fold.put("progress", state.progressAt.toString());
        fold.set("ledger", state.ledger.toJson());
        fold.set("lengths", Json.mapper().valueToTree(state.lengths));
        fold.set("crcs", Json.mapper().valueToTree(state.crcs));
        fold.set("families", families(state.units.lineage()));
        fold.set("visits", Json.mapper().valueToTree(state.units.visits()));
        fold.set("units", units(state));
        ArrayNode steps = fold.putArray("steps");
        state.steps.forEach(each -> steps.add(step(each)));
        ArrayNode tasks = fold.putArray("tasks");
        state.tasks
                .values()
                .forEach(each -> tasks.addObject()
                        .put("name", each.name())
                        .put("phase", each.phase.name())
                        .put("attempts", each.attempts)
                        .put("detail", each.detail));
        ArrayNode works = fold.putArray("works");
        state.works.values().forEach(each -> works.add(work(each)));
        ArrayNode strays = fold.putArray("strays");
        state.strays.values().forEach(each -> strays.add(stray(each)));
        return fold;
    }

    /** Families in the order of their numbers: {@code [parent, fan-out step, children]}. */
    private static ArrayNode families(Lineage lineage) {
        ArrayNode node = Json.mapper().createArrayNode();
        for (int i = 0; i < lineage.count(); i++) {
            Lineage.Family each = lineage.family(i);
            node.addArray().add(each.parent()).add(each.birth()).add(each.count());
        }
        return node;
    }

    /** Units that are alike stand together: {@code step/outcome/attempts/forgiven/tries/trouble-since → ranges}. */
    private static ObjectNode units(RunState state) {
        var alike = new TreeMap<String, BitSet>();
        Units units = state.units;
        for (int unit = 0; unit < units.count(); unit++) {
            String key = units.step(unit) + "/" + units.outcome(unit).name() + "/" + units.attempts(unit) + "/"
                    + units.forgiven(unit) + "/"
                    + units.tries(unit) + "/" + units.troubleSince(unit);
            alike.computeIfAbsent(key, each -> new BitSet()).set(unit);
        }
        ObjectNode node = Json.object();
        alike.forEach((key, set) -> node.put(key, Ranges.text(set)));
        return node;
    }

    private static ObjectNode step(StepState step) {
        ObjectNode node = Json.object();
        node.set("notes", Json.mapper().valueToTree(step.notes));
        return node.put("answered", step.answered)
                .put("rejected", step.rejected)
                .put("braked", step.braked)
                .put("fresh", Ranges.text(step.fresh))
                .put("pool", Ranges.text(step.pool))
                .put("pooled_since", step.pooledSince.toString())
                .put("not_before", step.notBefore.toString())
                .put("troubles", step.troubles)
                .put("arrived", step.arrived)
                .put("done", step.done)
                .put("failed", step.failed)
                .put("dropped", step.dropped)
                .put("skipped", Ranges.text(step.skipped))
                .put("sent_back", step.sentBack)
                .put("born", step.born)
                .put("held", step.held)
                .put("open_works", step.openWorks);
    }

    private static ObjectNode work(Work work) {
        ObjectNode node = Json.object();
        node.put("id", work.id())
                .put("step", work.step())
                .put("lane", work.lane().name());
        node.put("units", Ranges.text(work.units()));
        node.put("phase", work.phase.name());
        node.put("not_before", work.notBefore.toString());
        node.put("doubted", work.doubted).put("failed_creates", work.failedCreates);
        node.put("throttled_creates", work.throttledCreates);
        node.put("trouble_since", work.troubleSince == null ? null : work.troubleSince.toString());
        node.put("provider_job", work.providerJob).put("adopted", work.adopted);
        node.put("doubted_at", work.doubtedAt == null ? null : work.doubtedAt.toString());
        node.put("intended_at", work.intendedAt == null ? null : work.intendedAt.toString());
        node.put("answered", Ranges.text(work.answered)).put("settled", Ranges.text(work.settled));
        node.set("open", Json.mapper().valueToTree(new TreeMap<>(work.open)));
        node.set("results_from", Json.mapper().valueToTree(new TreeMap<>(work.resultsFrom)));
        node.set("intent", work.intent == null ? null : work.intent.body());
        node.set("job_ended", work.ended == null ? null : work.ended.body());
        return node;
    }

    private static ObjectNode stray(Stray stray) {
        return Json.object()
                .put("nonce", stray.nonce())
                .put("work", stray.work())
                .put("step", stray.step())
                .put("provider", stray.provider())
                .put("model", stray.model())
                .put("since", stray.since().toString())
                .put("worst_picos", stray.worstPicos())
                .put("requests", stray.requests())
                .put("provider_job", stray.providerJob());
    }

    private static Stray restoreStray(JsonNode node) {
        return new Stray(
                node.get("nonce").textValue(),
                node.get("work").textValue(),
                node.get("step").intValue(),
                node.get("provider").textValue(),
                node.get("model").textValue(),
                time(node.get("since")),
                node.get("worst_picos").longValue(),
                node.get("requests").intValue(),
                node.get("provider_job").textValue());
    }

    /** Reads the fold back. Further events are applied on top of it. */
    public static RunState restore(ObjectNode manifest) {
        JsonNode fold = manifest.get("fold");
        var state = new RunState();
        state.apply(
                new RunEvent.RunCreated(Json.mapper().convertValue(fold.get("facts"), RunFacts.class)),
                time(fold.get("created")));
        state.status = RunStatus.valueOf(fold.get("status").textValue());
        state.lane = Lane.valueOf(fold.get("lane").textValue());
        state.reason = fold.get("reason").textValue();
        state.detail = fold.get("detail").textValue();
        state.formed = fold.get("formed").intValue();
        state.jobsCreated = fold.get("jobs_created").intValue();
        state.revisions = fold.get("revisions").intValue();
        state.title = fold.get("title").textValue();
        state.capPicos = fold.get("cap_picos").longValue();
        state.pilotPassed = fold.get("pilot_passed").booleanValue();
        state.approvedBy = fold.get("approved_by").textValue();
        state.startedAt = time(fold.get("started"));
        state.endedAt = optionalTime(fold.get("ended"));
        state.progressAt = time(fold.get("progress"));
        state.ledger = Ledger.fromJson((ObjectNode) fold.get("ledger"));
        fold.get("lengths")
                .properties()
                .forEach(each ->
                        state.lengths.put(each.getKey(), Json.mapper().convertValue(each.getValue(), long[].class)));
        fold.get("crcs")
                .properties()
                .forEach(each ->
                        state.crcs.put(each.getKey(), Json.mapper().convertValue(each.getValue(), long[].class)));
        fold.get("families")
                .forEach(each -> state.units.restoreFamily(
                        each.get(0).intValue(),
                        each.get(1).intValue(),
                        each.get(2).intValue()));
        fold.get("units").properties().forEach(each -> restoreUnits(state, each));
        fold.get("visits").properties().forEach(each -> {
            String[] place = each.getKey().split("/", -1);
            state.units.visit(
                    Integer.parseInt(place[0]),
                    Integer.parseInt(place[1]),
                    each.getValue().get(0).intValue(),
                    each.getValue().get(1).intValue());
        });
        state.countOpenChildren();
        for (int i = 0; i < state.steps.size(); i++) {
            restoreStep(state.steps.get(i), fold.get("steps").get(i));
        }
        fold.get("tasks").forEach(each -> {
            var task = new TaskState(each.get("name").textValue());
            task.phase = TaskState.Phase.valueOf(each.get("phase").textValue());
            task.attempts = each.get("attempts").intValue();
            task.detail = each.get("detail").textValue();
            state.tasks.put(task.name(), task);
        });
        fold.get("works").forEach(each -> {
            Work work = restoreWork(each);
            state.works.put(work.id(), work);
        });
        fold.get("strays").forEach(each -> {
            Stray stray = restoreStray(each);
            state.strays.put(stray.nonce(), stray);
        });
        return state;
    }

    private static void restoreUnits(RunState state, Map.Entry<String, JsonNode> alike) {
        String[] key = alike.getKey().split("/", -1);
        Ranges.parse(alike.getValue().textValue()).stream()
                .forEach(unit -> state.units.restore(
                        unit,
                        Integer.parseInt(key[0]),
                        Outcome.valueOf(key[1]),
                        Integer.parseInt(key[2]),
                        Integer.parseInt(key[3]),
                        Integer.parseInt(key[4]),
                        Long.parseLong(key[5])));
    }

    private static void restoreStep(StepState step, JsonNode node) {
        step.fresh.clear();
        step.fresh.or(Ranges.parse(node.get("fresh").textValue()));
        step.pool.or(Ranges.parse(node.get("pool").textValue()));
        step.pooledSince = time(node.get("pooled_since"));
        step.notBefore = time(node.get("not_before"));
        step.troubles = node.get("troubles").intValue();
        step.arrived = node.get("arrived").intValue();
        step.done = node.get("done").intValue();
        step.failed = node.get("failed").intValue();
        step.dropped = node.get("dropped").intValue();
        step.skipped.or(Ranges.parse(node.get("skipped").textValue()));
        step.sentBack = node.get("sent_back").intValue();
        step.born = node.get("born").intValue();
        step.held = node.get("held").intValue();
        step.openWorks = node.get("open_works").intValue();
        step.answered = node.get("answered").intValue();
        step.rejected = node.get("rejected").intValue();
        step.braked = node.get("braked").booleanValue();
        node.get("notes")
                .properties()
                .forEach(each -> step.notes.put(each.getKey(), each.getValue().intValue()));
    }

    private static Work restoreWork(JsonNode node) {
        var work = new Work(
                node.get("id").textValue(),
                node.get("step").intValue(),
                Lane.valueOf(node.get("lane").textValue()),
                Ranges.parse(node.get("units").textValue()));
        work.phase = Work.Phase.valueOf(node.get("phase").textValue());
        work.notBefore = time(node.get("not_before"));
        work.doubted = node.get("doubted").booleanValue();
        work.failedCreates = node.get("failed_creates").intValue();
        work.throttledCreates = node.get("throttled_creates").intValue();
        work.troubleSince = optionalTime(node.get("trouble_since"));
        work.providerJob = node.get("provider_job").textValue();
        work.adopted = node.get("adopted").booleanValue();
        work.doubtedAt = optionalTime(node.get("doubted_at"));
        work.intendedAt = optionalTime(node.get("intended_at"));
        work.answered.or(Ranges.parse(node.get("answered").textValue()));
        work.settled.or(Ranges.parse(node.get("settled").textValue()));
        node.get("open")
                .properties()
                .forEach(each -> work.open.put(
                        Integer.valueOf(each.getKey()), each.getValue().longValue()));
        node.get("results_from")
                .properties()
                .forEach(each -> work.resultsFrom.put(
                        Integer.valueOf(each.getKey()), each.getValue().longValue()));
        work.intent = (RunEvent.JobIntended) event("JobIntended", node.get("intent"));
        work.ended = (RunEvent.JobEnded) event("JobEnded", node.get("job_ended"));
        return work;
    }

    private static @Nullable RunEvent event(String type, JsonNode body) {
        return body.isNull() ? null : RunEvent.of(type, (ObjectNode) body);
    }

    private static Instant time(JsonNode node) {
        return Objects.requireNonNull(optionalTime(node));
    }

    private static @Nullable Instant optionalTime(JsonNode node) {
        return node.isNull() ? null : Instant.parse(node.textValue());
    }
}
