package dev.caravan.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.cost.MoneyText;
import dev.caravan.lease.LeaseHolder;
import dev.caravan.run.CostOutlook;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import dev.caravan.run.UnitReview;
import dev.caravan.run.UnitStanding;
import java.util.List;

/** A run as JSON, the same for the command line and over HTTP. */
public final class RunJson {
    private RunJson() {}

    /** How a run stands. */
    public static ObjectNode of(RunSummary run, RunFolder folder) {
        ObjectNode node = Json.object();
        standing(node, run, folder);
        units(node, run);
        steps(node.putArray("steps"), run);
        cost(node.putObject("cost"), run);
        jobs(node.putArray("jobs_out"), run);
        changed(node, run);
        tasks(node.putArray("tasks"), run);
        run.notes().forEach(node.putObject("findings")::put);
        times(node, run);
        if (run.status() == RunStatus.COMPLETE) {
            node.put("results", folder.outputs().resolve("results.jsonl").toString());
        }
        return node;
    }

    private static void standing(ObjectNode node, RunSummary run, RunFolder folder) {
        node.put("run", run.run()).put("run_dir", folder.root().toString());
        node.put("pipeline", run.pipeline()).put("status", run.status().toString());
        node.put("reason", run.reason()).put("detail", run.detail());
        if (ResumeAdvice.isWanted(run)) {
            node.put("next", ResumeAdvice.command(folder));
        }
        RunSummary.Question question = run.question();
        if (question != null) {
            node.set("approval", json(question, folder));
        }
        node.put("mode", run.mode().word());
    }

    private static void units(ObjectNode node, RunSummary run) {
        node.put("units", run.progress().units())
                .put("done", run.progress().done())
                .put("failed", run.progress().failed());
        node.put("dropped", run.progress().dropped());
        node.put("children", run.progress().children())
                .put("superseded", run.progress().superseded());
    }

    private static void steps(ArrayNode rows, RunSummary run) {
        for (RunSummary.StepLine each : run.steps()) {
            rows.addObject()
                    .put("name", each.name())
                    .put("in", each.arrived())
                    .put("done", each.valid())
                    .put("failed", each.failed())
                    .put("dropped", each.dropped())
                    .put("skipped", each.skipped())
                    .put("children", each.born())
                    .put("held", each.held())
                    .put("waiting", each.waiting())
                    .put("in_flight", each.inFlight());
        }
    }

    private static void cost(ObjectNode cost, RunSummary run) {
        cost.put("settled_usd", MoneyText.usdOrNull(run.cost().settledPicos()))
                .put("at_risk_usd", MoneyText.usdOrNull(run.cost().atRiskPicos()));
        untold(cost, run.cost().unknown());
        cost.put("simulated", run.simulated())
                .put("calls", run.cost().calls())
                .put("lost_calls", run.cost().lostCalls());
        cost.put("input_tokens", run.cost().usage().input())
                .put("cached_tokens", run.cost().usage().cached());
        cost.put("output_tokens", run.cost().usage().output())
                .put("jobs", run.jobs().created());
    }

    private static void jobs(ArrayNode rows, RunSummary run) {
        for (RunSummary.JobLine each : run.jobs().out()) {
            rows.addObject()
                    .put("job", each.providerJob())
                    .put("provider", each.provider())
                    .put("step", run.steps().get(each.step()).name())
                    .put("requests", each.requests())
                    .put("since", each.since().toString())
                    .put("due", JobDeadline.of(each).toString());
        }
    }

    private static void tasks(ArrayNode rows, RunSummary run) {
        for (RunSummary.TaskLine each : run.tasks()) {
            rows.addObject()
                    .put("name", each.name())
                    .put("state", each.phase().word())
                    .put("attempts", each.attempts())
                    .put("detail", each.detail());
        }
    }

    private static void times(ObjectNode node, RunSummary run) {
        node.put("created", run.times().created().toString());
        node.put("last_progress", run.times().lastProgress().toString());
        if (run.times().ended() != null) {
            node.put("ended", String.valueOf(run.times().ended()));
        }
    }

    /** Steps that ask another model than before, where there are any. */
    static void changed(ObjectNode node, RunSummary run) {
        if (!run.revised().isEmpty()) {
            ArrayNode changed = node.putArray("models_changed");
            run.revised()
                    .forEach(each -> changed.addObject()
                            .put("step", each.step())
                            .put("from_provider", each.from().provider())
                            .put("from_model", each.from().model())
                            .put("provider", each.to().provider())
                            .put("model", each.to().model())
                            .put("by", each.actor()));
        }
    }

    /** Replies that told no usage, where there are any: what is at risk for them, and what people said of others. */
    static void untold(ObjectNode cost, RunSummary.Untold unknown) {
        if (unknown.calls() > 0) {
            cost.putObject("unknown_usage")
                    .put("replies", unknown.calls())
                    .put("at_risk_usd", MoneyText.usdOrNull(unknown.picos()));
        }
        if (unknown.saidCalls() > 0) {
            cost.putObject("settled_by_word")
                    .put("replies", unknown.saidCalls())
                    .put("usd", MoneyText.usdOrNull(unknown.saidPicos()));
        }
    }

    /** What is asked, and what it costs. */
    private static ObjectNode json(RunSummary.Question question, RunFolder folder) {
        CostOutlook outlook = question.outlook();
        ObjectNode node = Json.object();
        if (!question.step().isEmpty()) {
            node.put("step", question.step()).put("round", question.round());
            node.put("packet", packet(folder, question.step(), question.round()));
            node.put("digest", question.packet());
        }
        node.put("units", question.units());
        node.putObject("cost_usd")
                .put("low", MoneyText.usdOrNull(outlook.lowPicos()))
                .put("expected", MoneyText.usdOrNull(outlook.expectedPicos()))
                .put("high", MoneyText.usdOrNull(outlook.highPicos()))
                .put("worst", MoneyText.usdOrNull(outlook.worstPicos()));
        node.put("measured_in", outlook.measuredIn().isEmpty() ? null : outlook.measuredIn());
        return node.put("basis", outlook.basis());
    }

    /** Everything there is to say of a run. Grows with its chunks. */
    public static ObjectNode all(RunFolder folder, RunView view) {
        ObjectNode node = of(view.summary(), folder);
        RunState state = view.state();
        RunFacts facts = state.facts();
        node.put("title", state.title()).put("revisions", state.revisions());
        node.put("chunk_size", facts.chunkSize()).put("max_retries", facts.maxRetries());
        node.put("made_by", facts.version());
        RunStore.approval(folder).ifPresent(each -> approved(node.putObject("approved"), each));
        ArrayNode reviews = node.putArray("reviews");
        state.reviews().forEach(each -> reviews.add(json(folder, facts, each)));
        view.holder().ifPresent(each -> holder(node.putObject("holder"), each));
        chunks(node.putArray("chunks"), state);
        return node;
    }

    private static void approved(ObjectNode node, RunEvent.CostApproved approved) {
        node.put("by", approved.actor())
                .put("expected_usd", MoneyText.usdOrNull(approved.expectedPicos()))
                .put("high_usd", MoneyText.usdOrNull(approved.highPicos()));
    }

    private static void holder(ObjectNode node, LeaseHolder holder) {
        node.put("pid", holder.pid())
                .put("host", holder.host())
                .put("since", holder.started().toString())
                .put("doing", holder.doing());
    }

    private static void chunks(ArrayNode rows, RunState state) {
        List<String> steps = state.facts().steps();
        for (int chunk = 0; chunk < state.chunks(); chunk++) {
            ObjectNode row = rows.addObject().put("name", RunFacts.chunkName(chunk));
            for (int step = 0; step < steps.size(); step++) {
                row.put(steps.get(step), passed(state, chunk, step));
            }
        }
    }

    private static String packet(RunFolder folder, String step, int round) {
        return folder.packet(step, round).resolve("packet.json").toString();
    }

    private static ObjectNode json(RunFolder folder, RunFacts facts, UnitReview review) {
        String step = facts.steps().get(review.step());
        ObjectNode node = Json.object().put("step", step).put("round", review.round());
        node.put("units", review.count()).put("digest", review.packet());
        node.put("packet", packet(folder, step, review.round())).put("outcome", outcome(review));
        review.word().ifPresent(each -> node.put("by", each.actor()).put("reason", each.reason()));
        return node;
    }

    /** What became of what somebody was asked. */
    public static String outcome(UnitReview review) {
        return review.word()
                .map(each -> each.approved() ? "approved" : "rejected")
                .orElse(review.withdrawn() ? "withdrawn" : "open");
    }

    /** Units of a chunk that passed a step. */
    public static int passed(RunState state, int chunk, int step) {
        RunFacts facts = state.facts();
        int passed = 0;
        for (int unit = chunk * facts.chunkSize(); unit < state.chunkEnd(chunk); unit++) {
            passed += state.standing(unit, step) == UnitStanding.PASSED ? 1 : 0;
        }
        return passed;
    }
}
