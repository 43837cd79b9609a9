package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.execution.Amounts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import dev.caravan.run.TaskState;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a person sees of a run: a line that moves on a terminal, plain lines in a pipe, a funnel at the end. */
final class Screen {
    private static final int BAR = 24;
    private static final int MOST_JOBS = 5;
    /** The window that is asked for when a job is created. */
    private static final Duration JOB_DEADLINE = Duration.ofHours(24);

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private final Shop shop;
    private final PrintStream out;
    private final boolean terminal;
    private final boolean quiet;
    private String last = "";

    Screen(Shop shop, boolean terminal, boolean quiet) {
        this.shop = shop;
        this.out = shop.out();
        this.terminal = terminal;
        this.quiet = quiet;
    }

    void say(String line) {
        if (!quiet) {
            out.println(line);
        }
    }

    void progress(RunSummary run) {
        if (quiet) {
            return;
        }
        String line = line(run);
        if (terminal) {
            out.print("\r\u001b[2K" + line);
            out.flush();
        } else if (!line.equals(last)) {
            out.println(line);
        }
        last = line;
    }

    private static String line(RunSummary run) {
        var text = new StringBuilder();
        int settled = run.settled();
        int filled = run.total() == 0 ? 0 : (int) ((long) BAR * settled / run.total());
        text.append('[')
                .append("#".repeat(filled))
                .append(".".repeat(BAR - filled))
                .append("] ");
        text.append(settled).append('/').append(run.total());
        run.steps()
                .forEach(each -> text.append(" | ")
                        .append(each.name())
                        .append(' ')
                        .append(each.done())
                        .append(each.inFlight() > 0 ? " (+" + each.inFlight() + " in flight)" : ""));
        return text.append(" | ").append(Amounts.display(run.settledPicos())).toString();
    }

    void endProgress() {
        if (terminal && !quiet && !last.isEmpty()) {
            out.println();
        }
    }

    /** The funnel table, the cost line, and where the results are. */
    void summary(RunSummary run, RunFolder folder) {
        say("");
        boolean parted = run.steps().stream().anyMatch(each -> each.dropped() + each.skipped() > 0);
        say("%-20s %9s %9s %9s %8s".formatted("step", "in", "done", "failed", "pass")
                + (parted ? " %9s %9s".formatted("dropped", "skipped") : ""));
        run.steps()
                .forEach(each -> say("%-20s %9d %9d %9d %7s%%"
                                .formatted(
                                        each.name(),
                                        each.arrived(),
                                        each.done(),
                                        each.failed(),
                                        percent(each.done(), each.arrived() - each.dropped()))
                        + (parted ? " %9d %9d".formatted(each.dropped(), each.skipped()) : "")
                        + (each.born() > 0 ? "  " + each.born() + " units made of " + each.done() : "")
                        + (each.held() > 0 ? "  " + each.held() + " wait for theirs" : "")));
        say("");
        say("status  " + run.status() + reason(run) + ": " + run.done() + " done, " + run.failed() + " failed"
                + (run.dropped() > 0 ? ", " + run.dropped() + " dropped" : "")
                + (run.superseded() > 0 ? ", " + run.superseded() + " went on in others," : "") + " of "
                + run.units() + (run.children() > 0 ? " units and " + run.children() + " made of them" : ""));
        say("cost    " + Amounts.display(run.settledPicos()) + (run.simulated() ? " simulated" : "") + " for "
                + run.calls() + " replies, " + run.usage().input() + " tokens in, "
                + run.usage().output() + " out"
                + (run.atRiskPicos() == 0
                        ? ""
                        : "; at risk: at most " + Amounts.display(run.atRiskPicos())
                                + " for calls and jobs without an answer"));
        if (run.done() > 0) {
            say("        " + Amounts.display(run.settledPicos() < 0 ? -1 : run.settledPicos() / run.done())
                    + " per valid unit");
        }
        run.tasks().stream()
                .filter(each -> each.phase() != TaskState.Phase.WAITING)
                .forEach(each -> say(
                        "task    " + each.name() + ": " + each.phase().name().toLowerCase(Locale.ROOT)
                                + (each.detail().isEmpty() ? "" : ", " + each.detail())));
        jobsOut(run);
        if (run.status() == RunStatus.WAITING) {
            say("next    caravan approve " + folder.name() + ", or: caravan reject " + folder.name()
                    + " --reason TEXT");
        }
        if (run.status() == RunStatus.COMPLETE) {
            say("results " + folder.outputs().resolve("results.jsonl"));
            if (run.failed() > 0) {
                say("failed  " + folder.outputs().resolve("failures.jsonl"));
            }
        } else {
            say("run     " + folder.root());
        }
    }

    private static String reason(RunSummary run) {
        if (run.reason().isEmpty()) {
            return "";
        }
        return " (" + run.reason() + (run.detail().isEmpty() ? "" : ": " + run.detail()) + ")";
    }

    /** Jobs that lie at the provider: they go on by themselves and are collected when the run goes on. */
    private void jobsOut(RunSummary run) {
        run.jobsOut().stream()
                .limit(MOST_JOBS)
                .forEach(each -> say("job     "
                        + (each.providerJob().isEmpty() ? each.work() + " (not confirmed)" : each.providerJob()) + ": "
                        + each.requests() + " requests of "
                        + run.steps().get(each.step()).name()
                        + ", at the provider since " + SECONDS.format(each.since()) + ", due by "
                        + SECONDS.format(each.since().plus(JOB_DEADLINE))));
        if (run.jobsOut().size() > MOST_JOBS) {
            say("        and " + (run.jobsOut().size() - MOST_JOBS) + " more");
        }
        List<Instant> soon = soonGone(run);
        if (!soon.isEmpty()) {
            say("WARNING results of " + soon.size() + " jobs go away at their provider from "
                    + SECONDS.format(soon.get(0)) + " on: collect them with caravan resume " + run.run());
        }
    }

    /** When results are gone that were not collected, of jobs whose time is half over, the first one first. */
    private List<Instant> soonGone(RunSummary run) {
        var soon = new ArrayList<Instant>();
        Instant now = shop.clock().instant();
        for (RunSummary.JobLine each : run.jobsOut()) {
            boolean known = !run.simulated() && shop.registry().providers().contains(each.provider());
            int hours =
                    known ? shop.registry().provider(each.provider()).limits().resultsHours() : 0;
            Instant gone = each.since().plus(Duration.ofHours(hours));
            if (hours > 0 && now.isAfter(gone.minus(Duration.ofHours(hours / 2)))) {
                soon.add(gone);
            }
        }
        return soon.stream().sorted().toList();
    }

    private static String percent(int part, int whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f", 100.0 * part / whole);
    }

    static ObjectNode json(RunSummary run, RunFolder folder) {
        ObjectNode node =
                Json.object().put("run", run.run()).put("run_dir", folder.root().toString());
        node.put("pipeline", run.pipeline()).put("status", run.status().toString());
        node.put("reason", run.reason()).put("detail", run.detail());
        node.put("mode", run.mode().name().toLowerCase(Locale.ROOT));
        node.put("units", run.units()).put("done", run.done()).put("failed", run.failed());
        node.put("dropped", run.dropped());
        node.put("children", run.children()).put("superseded", run.superseded());
        ArrayNode steps = node.putArray("steps");
        run.steps()
                .forEach(each -> steps.addObject()
                        .put("name", each.name())
                        .put("in", each.arrived())
                        .put("done", each.done())
                        .put("failed", each.failed())
                        .put("dropped", each.dropped())
                        .put("skipped", each.skipped())
                        .put("children", each.born())
                        .put("held", each.held())
                        .put("waiting", each.waiting())
                        .put("in_flight", each.inFlight()));
        ObjectNode cost = node.putObject("cost");
        cost.put("settled_usd", usd(run.settledPicos())).put("at_risk_usd", usd(run.atRiskPicos()));
        cost.put("simulated", run.simulated()).put("calls", run.calls()).put("lost_calls", run.lostCalls());
        cost.put("input_tokens", run.usage().input())
                .put("cached_tokens", run.usage().cached());
        cost.put("output_tokens", run.usage().output()).put("jobs", run.jobsCreated());
        ArrayNode jobs = node.putArray("jobs_out");
        run.jobsOut()
                .forEach(each -> jobs.addObject()
                        .put("job", each.providerJob())
                        .put("step", run.steps().get(each.step()).name())
                        .put("requests", each.requests())
                        .put("since", each.since().toString())
                        .put("due", each.since().plus(JOB_DEADLINE).toString()));
        ArrayNode tasks = node.putArray("tasks");
        run.tasks()
                .forEach(each -> tasks.addObject()
                        .put("name", each.name())
                        .put("state", each.phase().name().toLowerCase(Locale.ROOT))
                        .put("attempts", each.attempts())
                        .put("detail", each.detail()));
        ObjectNode findings = node.putObject("findings");
        run.notes().forEach(findings::put);
        node.put("created", run.created().toString());
        node.put("last_progress", run.lastProgress().toString());
        if (run.ended() != null) {
            node.put("ended", String.valueOf(run.ended()));
        }
        if (run.status() == RunStatus.COMPLETE) {
            node.put("results", folder.outputs().resolve("results.jsonl").toString());
        }
        return node;
    }

    static @org.jspecify.annotations.Nullable String usd(long picos) {
        return picos < 0 ? null : Amounts.usd(picos);
    }
}
