package dev.caravan.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.cost.MoneyText;
import dev.caravan.money.Money;
import dev.caravan.run.Ledger;
import dev.caravan.run.RunSummary;

/** The report of a run, for programs. */
final class RunReportJson {
    private final RunFigures figures;
    private final RunSummary run;

    private RunReportJson(RunFigures figures) {
        this.figures = figures;
        this.run = figures.run();
    }

    static ObjectNode of(RunFigures figures) {
        var report = new RunReportJson(figures);
        ObjectNode node = Json.object();
        report.standing(node);
        report.units(node);
        report.cost(node);
        report.words(node);
        report.funnel(node.putArray("funnel"));
        report.models(node.putArray("cost_by_model"));
        RunJson.changed(node, report.run);
        report.failures(node);
        report.run.notes().forEach(node.putObject("findings")::put);
        report.tokens(node.putObject("token_summary"));
        return node;
    }

    private void standing(ObjectNode node) {
        node.put("run", run.run()).put("run_dir", figures.folder().root().toString());
        node.put("pipeline_name", run.pipeline()).put("status", run.status().toString());
        if (ResumeAdvice.isWanted(run)) {
            node.put("next", ResumeAdvice.command(figures.folder()));
        }
    }

    private void units(ObjectNode node) {
        node.put("total_units", run.progress().units())
                .put("child_units", run.progress().children());
        node.put("surviving_units", run.progress().done());
        node.put("failed_units", run.progress().failed())
                .put("dropped_units", run.progress().dropped());
        int settled = run.progress().done() + run.progress().failed();
        node.put(
                "yield_pct",
                settled == 0 ? null : StepFigures.percent(run.progress().done(), settled));
    }

    private void cost(ObjectNode node) {
        node.put("cost", MoneyText.usdOrNull(run.cost().picos()))
                .put("cost_per_unit", figures.perUnit().usd());
        node.put("at_risk", MoneyText.usdOrNull(run.cost().atRiskPicos())).put("simulated", run.simulated());
        if (run.cost().unknown().calls() > 0) {
            node.put("cost_known", MoneyText.usdOrNull(run.cost().settledPicos()));
        }
        RunJson.untold(node, run.cost().unknown());
    }

    /** What people said that replies cost which told no usage: a line of its own, with who said it. */
    private void words(ObjectNode node) {
        if (figures.ledger().words().isEmpty()) {
            return;
        }
        ArrayNode words = node.putArray("words");
        for (Ledger.Word each : figures.ledger().words()) {
            words.addObject()
                    .put("step", figures.step(each.step()))
                    .put("replies", each.calls())
                    .put("usd", MoneyText.usdOrNull(each.picos()))
                    .put("actor", each.actor())
                    .put("reason", each.reason());
        }
    }

    private void funnel(ArrayNode rows) {
        for (StepFigures each : figures.steps()) {
            step(rows.addObject(), each);
        }
    }

    private static void step(ObjectNode row, StepFigures step) {
        RunSummary.StepLine line = step.line();
        row.put("step", line.name()).put("in", line.arrived());
        row.put("valid", line.valid()).put("failed", line.failed()).put("dropped", line.dropped());
        row.put("skipped", line.skipped()).put("pass_pct", step.passed());
        row.put("children", line.born()).put("sent_back", step.sentBack());
        row.put("calls", step.calls()).put("retries", step.repeats());
        row.put("longest_answer_tokens", step.longest());
        row.put("cost", (step.untold() > 0 ? Money.UNKNOWN : step.cost()).usd());
        row.put("unknown_usage_replies", step.untold());
        step.codes().forEach(row.putObject("top_errors")::put);
    }

    private void models(ArrayNode rows) {
        for (Ledger.Line each : figures.ledger().lines()) {
            rows.addObject()
                    .put("step", figures.step(each.step()))
                    .put("provider", each.provider())
                    .put("model", each.model())
                    .put("mode", each.lane().word())
                    .put("calls", each.calls())
                    .put("input_tokens", each.usage().input())
                    .put("output_tokens", each.usage().output())
                    .put("cost", MoneyText.usdOrNull(each.picos()))
                    .put("unknown_usage_replies", each.unknown());
        }
    }

    private void failures(ObjectNode node) {
        figures.failures().groups().tell(node);
        figures.failures().items().forEach(node.putObject("failures_by_item")::put);
    }

    private void tokens(ObjectNode tokens) {
        long repeated = figures.repeatedTokens();
        tokens.put("input", run.cost().usage().input())
                .put("output", run.cost().usage().output());
        tokens.put("retry", repeated).put("retry_pct", StepFigures.percent(repeated, figures.tokens()));
    }
}
