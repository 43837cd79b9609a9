package dev.caravan.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.cost.MoneyText;
import dev.caravan.journal.JsonLines;
import dev.caravan.provider.Usage;
import dev.caravan.run.Ledger;
import dev.caravan.run.Picos;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunSummary;
import dev.caravan.settle.ReplyRowReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run: its funnel, what failed and why, what it cost by step and by model, and what of it went into
 * asking again. Each unit is counted once, however often it was asked and wherever it lies.
 */
public final class RunReport {
    private static final int TOP_FINDINGS = 3;
    private static final int TOP_ITEMS = 10;
    private static final String MISSING = "(missing)";

    private final RunFolder folder;
    private final RunState state;
    private final RunSummary summary;
    /** Step → finding code → failed units. */
    private final List<Map<String, Integer>> codes = new ArrayList<>();

    private final Map<String, Integer> items = new TreeMap<>();
    private final FailureGroups groups = new FailureGroups();
    private final List<Usage> retried = new ArrayList<>();
    private final List<Integer> retries = new ArrayList<>();
    /** By step, output tokens of the longest answer. */
    private final List<Long> longest = new ArrayList<>();

    private RunReport(RunResults results, String failuresBy) {
        folder = results.folder();
        state = results.state();
        summary = results.summary();
        Map<String, Integer> steps = new LinkedHashMap<>();
        for (String each : state.facts().steps()) {
            steps.put(each, steps.size());
            codes.add(new TreeMap<>());
        }
        results.failures(each -> {
            String code = each.path("errors")
                    .path(0)
                    .path("code")
                    .asText(each.path("failure_stage").asText());
            codes.get(steps.getOrDefault(each.path("step").asText(), 0)).merge(code, 1, Integer::sum);
            String item = failuresBy.isEmpty()
                    ? item(UnitRecord.id(each))
                    : RunResults.at(each, failuresBy).asText(MISSING);
            items.merge(item, 1, Integer::sum);
            groups.add(each);
        });
        for (int step = 0; step < steps.size(); step++) {
            readReplies(step);
        }
    }

    /** @param failuresBy field of the failures to count them by; empty for the item they came of */
    public static RunReport of(RunFolder folder, String failuresBy) {
        return new RunReport(RunResults.of(folder), failuresBy);
    }

    /** The item a unit came of: its id without the number of its repetition or its place among children. */
    private static String item(String unitId) {
        return unitId.replaceFirst("(__rep[0-9]+|__fan[0-9]+).*$", "");
    }

    private void readReplies(int step) {
        Usage[] used = {Usage.NONE};
        int[] count = {0};
        long[] most = {0};
        for (int chunk = 0; chunk < state.chunks(); chunk++) {
            var file = folder.results(state.facts().steps().get(step), chunk);
            long length = state.lengths(step, chunk).results();
            if (length > 0 && JsonLines.exists(file)) {
                ReplyRowReader.scan(file, 0, length, (offset, row) -> {
                    most[0] = Math.max(most[0], row.usage().output());
                    if (row.paid() && row.attempt() > 1) {
                        used[0] = used[0].plus(row.usage());
                        count[0]++;
                    }
                });
            }
        }
        retried.add(used[0]);
        retries.add(count[0]);
        longest.add(most[0]);
    }

    private long calls(int step) {
        return lines(step).stream().mapToLong(Ledger.Line::calls).sum();
    }

    /** With what people said of replies that told no usage. */
    private long picos(int step) {
        long sum = 0;
        for (Ledger.Line each : lines(step)) {
            sum = Picos.sum(sum, each.picos());
        }
        for (Ledger.Word each : state.ledger().words()) {
            sum = each.step() == step ? Picos.sum(sum, each.picos()) : sum;
        }
        return sum;
    }

    private String cost(int step) {
        return MoneyText.cost(picos(step), unknown(step));
    }

    /** Replies of which nobody has said what they cost. */
    private long unknown(int step) {
        return state.ledger().unknown().calls(step);
    }

    private List<Ledger.Line> lines(int step) {
        return state.ledger().lines().stream()
                .filter(each -> each.step() == step)
                .toList();
    }

    private long perUnit() {
        return summary.progress().done() == 0 || summary.cost().picos() < 0
                ? -1
                : summary.cost().picos() / summary.progress().done();
    }

    public ObjectNode json() {
        ObjectNode node = Json.object().put("run", summary.run());
        node.put("run_dir", folder.root().toString()).put("pipeline_name", summary.pipeline());
        node.put("status", summary.status().toString());
        if (ResumeAdvice.isWanted(summary)) {
            node.put("next", ResumeAdvice.command(folder));
        }
        node.put("total_units", summary.progress().units())
                .put("child_units", summary.progress().children());
        node.put("surviving_units", summary.progress().done());
        node.put("failed_units", summary.progress().failed())
                .put("dropped_units", summary.progress().dropped());
        int settled = summary.progress().done() + summary.progress().failed();
        node.put("yield_pct", settled == 0 ? null : percent(summary.progress().done(), settled));
        node.put("cost", usd(summary.cost().picos())).put("cost_per_unit", usd(perUnit()));
        node.put("at_risk", usd(summary.cost().atRiskPicos())).put("simulated", summary.simulated());
        if (summary.cost().unknown().calls() > 0) {
            node.put("cost_known", usd(summary.cost().settledPicos()));
        }
        RunJson.untold(node, summary.cost().unknown());
        words(node);
        ArrayNode funnel = node.putArray("funnel");
        for (int i = 0; i < summary.steps().size(); i++) {
            funnel.add(row(i));
        }
        ArrayNode models = node.putArray("cost_by_model");
        state.ledger()
                .lines()
                .forEach(each -> models.addObject()
                        .put("step", state.facts().steps().get(each.step()))
                        .put("provider", each.provider())
                        .put("model", each.model())
                        .put("mode", each.lane().word())
                        .put("calls", each.calls())
                        .put("input_tokens", each.usage().input())
                        .put("output_tokens", each.usage().output())
                        .put("cost", usd(each.picos()))
                        .put("unknown_usage_replies", each.unknown()));
        RunJson.changed(node, summary);
        groups.tell(node);
        ObjectNode failures = node.putObject("failures_by_item");
        top(items, TOP_ITEMS).forEach(failures::put);
        ObjectNode notes = node.putObject("findings");
        summary.notes().forEach(notes::put);
        Usage again = retried.stream().reduce(Usage.NONE, Usage::plus);
        ObjectNode tokens = node.putObject("token_summary");
        tokens.put("input", summary.cost().usage().input())
                .put("output", summary.cost().usage().output());
        tokens.put("retry", again.input() + again.output());
        tokens.put(
                "retry_pct",
                percent(
                        again.input() + again.output(),
                        summary.cost().usage().input() + summary.cost().usage().output()));
        return node;
    }

    /** What people said that replies cost which told no usage: a line of its own, with who said it. */
    private void words(ObjectNode node) {
        if (!state.ledger().words().isEmpty()) {
            ArrayNode words = node.putArray("words");
            state.ledger()
                    .words()
                    .forEach(each -> words.addObject()
                            .put("step", state.facts().steps().get(each.step()))
                            .put("replies", each.calls())
                            .put("usd", usd(each.picos()))
                            .put("actor", each.actor())
                            .put("reason", each.reason()));
        }
    }

    private ObjectNode row(int step) {
        RunSummary.StepLine line = summary.steps().get(step);
        ObjectNode row = Json.object().put("step", line.name()).put("in", line.arrived());
        row.put("valid", line.valid()).put("failed", line.failed()).put("dropped", line.dropped());
        row.put("skipped", line.skipped());
        row.put("pass_pct", percent(line.valid(), line.valid() + line.failed()));
        row.put("children", line.born());
        row.put("sent_back", state.steps().get(step).sentBack());
        row.put("calls", calls(step)).put("retries", retries.get(step));
        row.put("longest_answer_tokens", longest.get(step));
        row.put("cost", usd(unknown(step) > 0 ? -1 : picos(step))).put("unknown_usage_replies", unknown(step));
        ObjectNode top = row.putObject("top_errors");
        top(codes.get(step), TOP_FINDINGS).forEach(top::put);
        return row;
    }

    private static Map<String, Integer> top(Map<String, Integer> counts, int most) {
        var top = new LinkedHashMap<String, Integer>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .forEach(each -> top.put(each.getKey(), each.getValue()));
        return top;
    }

    private static @Nullable String usd(long picos) {
        return picos < 0 ? null : MoneyText.usd(picos);
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : Math.round(1000.0 * part / whole) / 10.0;
    }

    private String longestAnswers() {
        var steps = new ArrayList<String>();
        for (int i = 0; i < longest.size(); i++) {
            if (longest.get(i) > 0) {
                steps.add(state.facts().steps().get(i) + " " + longest.get(i));
            }
        }
        return String.join(", ", steps);
    }

    /** The report for people. */
    public String text() {
        var text = new StringBuilder();
        line(text, summary.run() + ": " + summary.pipeline() + ", " + summary.status());
        if (ResumeAdvice.isWanted(summary)) {
            String out = ResumeAdvice.out(summary);
            line(
                    text,
                    "nobody is at it" + (out.isEmpty() ? "" : "; out: " + out) + "; next: "
                            + ResumeAdvice.command(folder));
        }
        line(
                text,
                summary.progress().units() + " units"
                        + (summary.progress().children() > 0
                                ? " and " + summary.progress().children() + " made of them"
                                : "")
                        + ": " + summary.progress().done() + " done, "
                        + summary.progress().failed() + " failed, "
                        + summary.progress().dropped()
                        + " dropped");
        line(text, "");
        boolean parted = summary.steps().stream().anyMatch(each -> each.dropped() + each.skipped() > 0);
        line(
                text,
                "%-20s %9s %9s %8s %7s%s %8s %8s %8s %12s"
                        .formatted(
                                "step",
                                "in",
                                "valid",
                                "failed",
                                "pass",
                                parted ? " %8s %8s".formatted("skipped", "dropped") : "",
                                "calls",
                                "retries",
                                "back",
                                "cost"));
        for (int i = 0; i < summary.steps().size(); i++) {
            RunSummary.StepLine each = summary.steps().get(i);
            line(
                    text,
                    "%-20s %9d %9d %8d %6s%%%s %8d %8d %8d %12s%s"
                            .formatted(
                                    each.name(),
                                    each.arrived(),
                                    each.valid(),
                                    each.failed(),
                                    each.valid() + each.failed() == 0
                                            ? "-"
                                            : percent(each.valid(), each.valid() + each.failed()),
                                    parted ? " %8d %8d".formatted(each.skipped(), each.dropped()) : "",
                                    calls(i),
                                    retries.get(i),
                                    state.steps().get(i).sentBack(),
                                    calls(i) == 0 ? "-" : cost(i),
                                    each.born() > 0 ? "  " + each.born() + " units made of " + each.done() : ""));
            top(codes.get(i), TOP_FINDINGS).forEach((code, count) -> line(text, "    " + count + " " + code));
        }
        line(text, "");
        Usage again = retried.stream().reduce(Usage.NONE, Usage::plus);
        long all = summary.cost().usage().input() + summary.cost().usage().output();
        line(
                text,
                "tokens   " + summary.cost().usage().input() + " in, "
                        + summary.cost().usage().output() + " out; " + percent(again.input() + again.output(), all)
                        + "% of them to ask again");
        String longestAnswers = longestAnswers();
        if (!longestAnswers.isEmpty()) {
            line(text, "longest  answers of " + longestAnswers + " tokens: what max_tokens must leave room for");
        }
        line(
                text,
                "cost     " + MoneyText.cost(summary) + (summary.simulated() ? " simulated" : "")
                        + (perUnit() < 0 ? "" : ", " + MoneyText.display(perUnit()) + " per valid unit")
                        + (summary.cost().unansweredPicos() == 0
                                ? ""
                                : "; at risk "
                                        + MoneyText.display(summary.cost().unansweredPicos())
                                        + " for calls and jobs without an answer"));
        for (Ledger.Line each : state.ledger().lines()) {
            line(
                    text,
                    "         %-20s %-24s %8d calls %12s"
                            .formatted(
                                    state.facts().steps().get(each.step()),
                                    each.model(),
                                    each.calls(),
                                    MoneyText.cost(each.picos(), Math.min(each.unknown(), unknown(each.step())))));
        }
        for (RunSummary.Revised each : summary.revised()) {
            line(text, "changed  " + MoneyText.changed(each));
        }
        if (summary.cost().unknown().calls() > 0) {
            line(text, "unknown  " + MoneyText.untold(summary));
        }
        for (Ledger.Word each : state.ledger().words()) {
            line(
                    text,
                    "said     %-20s %-24s %8d calls %12s  %s"
                            .formatted(
                                    state.facts().steps().get(each.step()),
                                    "by " + each.actor(),
                                    each.calls(),
                                    MoneyText.display(each.picos()),
                                    each.reason()));
        }
        if (!groups.isEmpty()) {
            line(text, "");
            line(text, "failed   for these reasons; numbers, ids and what is quoted are left out of them");
            groups.lines().forEach(each -> line(text, "         " + each));
        }
        if (!items.isEmpty()) {
            line(text, "");
            line(text, "failed   most of them of");
            top(items, TOP_ITEMS).forEach((item, count) -> line(text, "         %6d %s".formatted(count, item)));
        }
        if (!summary.notes().isEmpty()) {
            line(text, "");
            line(text, "seen     " + summary.notes());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line.stripTrailing()).append('\n');
    }
}
