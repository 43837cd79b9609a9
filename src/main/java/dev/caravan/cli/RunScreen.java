package dev.caravan.cli;

import dev.caravan.base.PlainText;
import dev.caravan.cost.MoneyText;
import dev.caravan.report.ExpiringResults;
import dev.caravan.report.ResumeAdvice;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import dev.caravan.run.TaskState;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a person sees of a run: a line that moves on a terminal, plain lines in a pipe, a funnel at the end. */
final class RunScreen {
    /** Characters of a packet's digest that are enough to name it. */
    private static final int PACKET_SHOWN = 12;

    private static final int MOST_JOBS = 5;
    /** Characters of what a provider or a task said; the rest stands in the run. */
    private static final int LONGEST_WORDS = 2_000;
    /** The window that is asked for when a job is created. */
    private static final Duration JOB_DEADLINE = Duration.ofHours(24);

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private final CommandContext shop;
    private final PrintStream out;
    private final boolean terminal;
    private final boolean quiet;
    private String last = "";

    RunScreen(CommandContext shop, boolean terminal, boolean quiet) {
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
        String line = PlainText.line(ProgressLine.of(run, terminal ? shop.columns() : Integer.MAX_VALUE));
        if (terminal) {
            // The terminal does not wrap it where it became narrower since.
            shop.steering().print("\r\u001b[2K\u001b[?7l" + line + "\u001b[?7h");
            shop.steering().flush();
        } else if (!line.equals(last)) {
            out.println(line);
        }
        last = line;
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
                                        each.valid(),
                                        each.failed(),
                                        percent(each.valid(), each.arrived() - each.dropped() - each.skipped()))
                        + (parted ? " %9d %9d".formatted(each.dropped(), each.skipped()) : "")
                        + (each.born() > 0 ? "  " + each.born() + " units made of " + each.done() : "")
                        + (each.held() > 0 ? "  " + each.held() + " wait for theirs" : "")));
        say("");
        say("status  " + run.status() + reason(run) + ": " + run.progress().done() + " done, "
                + run.progress().failed() + " failed"
                + (run.progress().dropped() > 0 ? ", " + run.progress().dropped() + " dropped" : "")
                + (run.progress().superseded() > 0 ? ", " + run.progress().superseded() + " went on in others," : "")
                + " of "
                + run.progress().units()
                + (run.progress().children() > 0
                        ? " units and " + run.progress().children() + " made of them"
                        : ""));
        cost(run);
        run.tasks().stream()
                .filter(each -> each.phase() != TaskState.Phase.WAITING)
                .forEach(each -> say("task    " + each.name() + ": "
                        + each.phase().name().toLowerCase(Locale.ROOT)
                        + (each.detail().isEmpty() ? "" : ", " + PlainText.line(each.detail(), LONGEST_WORDS))));
        run.revised().forEach(each -> say("changed " + PlainText.line(MoneyText.changed(each), LONGEST_WORDS)));
        jobsOut(run);
        if (ResumeAdvice.isWanted(run)) {
            String out = ResumeAdvice.out(run);
            say("next    " + ResumeAdvice.command(folder)
                    + (out.isEmpty() ? "" : ", which collects what is out: " + out));
        }
        RunSummary.Question question = run.question();
        if (question != null) {
            String on = "";
            if (!question.step().isEmpty()) {
                say("packet  " + packet(question, folder).resolve("packet.md") + ", " + question.packet());
                on = " --packet " + question.packet().substring(0, PACKET_SHOWN);
            }
            say("next    caravan approve " + folder.name() + on + ", or: caravan reject " + folder.name() + on
                    + " --reason TEXT");
        }
        if (run.status() == RunStatus.COMPLETE) {
            say("results " + folder.outputs().resolve("results.jsonl"));
            if (run.progress().failed() > 0) {
                say("failed  " + folder.outputs().resolve("failures.jsonl"));
            }
        } else {
            say("run     " + folder.root());
        }
    }

    private void cost(RunSummary run) {
        say("cost    " + MoneyText.cost(run) + (run.simulated() ? " simulated" : "") + " for "
                + run.cost().calls() + " replies, " + run.cost().usage().input() + " tokens in, "
                + run.cost().usage().output() + " out"
                + (run.cost().unansweredPicos() == 0
                        ? ""
                        : "; at risk: at most " + MoneyText.display(run.cost().unansweredPicos())
                                + " for calls and jobs without an answer"));
        if (run.cost().unknown().calls() > 0) {
            say("unknown " + MoneyText.untold(run));
        }
        if (run.cost().unknown().saidCalls() > 0) {
            say("        " + MoneyText.said(run));
        }
        if (run.progress().done() > 0) {
            say("        "
                    + MoneyText.display(
                            run.cost().picos() < 0
                                    ? -1
                                    : run.cost().picos() / run.progress().done()) + " per valid unit");
        }
    }

    private static String reason(RunSummary run) {
        if (run.reason().isEmpty()) {
            return "";
        }
        return " (" + run.reason() + (run.detail().isEmpty() ? "" : ": " + PlainText.line(run.detail(), LONGEST_WORDS))
                + ")";
    }

    /** Jobs that lie at the provider: they go on by themselves and are collected when the run goes on. */
    private void jobsOut(RunSummary run) {
        run.jobs().out().stream()
                .limit(MOST_JOBS)
                .forEach(each -> say("job     "
                        + (each.providerJob().isEmpty()
                                ? each.work() + " (not confirmed)"
                                : PlainText.line(each.providerJob(), LONGEST_WORDS))
                        + ": "
                        + each.requests() + " requests of "
                        + run.steps().get(each.step()).name()
                        + ", at " + (each.provider().isEmpty() ? "the provider" : each.provider()) + " since "
                        + SECONDS.format(each.since()) + ", due by "
                        + SECONDS.format(each.since().plus(JOB_DEADLINE))));
        if (run.jobs().out().size() > MOST_JOBS) {
            say("        and " + (run.jobs().out().size() - MOST_JOBS) + " more");
        }
        List<Instant> soon =
                ExpiringResults.of(run, shop.registry(), shop.clock().instant());
        if (!soon.isEmpty()) {
            say("WARNING results of " + soon.size() + " jobs go away at their provider from "
                    + SECONDS.format(soon.get(0)) + " on: collect them with caravan resume " + run.run());
        }
    }

    private static String percent(int part, int whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f", 100.0 * part / whole);
    }

    private static Path packet(RunSummary.Question question, RunFolder folder) {
        return folder.packet(question.step(), question.round());
    }

    /** What a run's word would cost, in a few words for a list; empty when it waits for none, or that is unknown. */
    static String price(RunSummary run) {
        RunSummary.Question question = run.question();
        return question == null || question.outlook().expectedPicos() < 0
                ? step(question)
                : step(question) + ", about "
                        + MoneyText.display(question.outlook().expectedPicos())
                        + (question.outlook().worstPicos() < 0
                                ? ""
                                : ", at most "
                                        + MoneyText.display(question.outlook().worstPicos()));
    }

    private static String step(RunSummary.@Nullable Question question) {
        return question == null || question.step().isEmpty() ? "" : " of step " + question.step();
    }
}
