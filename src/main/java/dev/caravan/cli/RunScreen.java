package dev.caravan.cli;

import dev.caravan.base.PlainText;
import dev.caravan.cost.MoneyText;
import dev.caravan.money.Money;
import dev.caravan.report.ExpiringResults;
import dev.caravan.report.JobDeadline;
import dev.caravan.report.ResumeAdvice;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import dev.caravan.run.TaskState;
import java.io.PrintStream;
import java.nio.file.Path;
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

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private final CommandContext context;
    private final PrintStream out;
    private final boolean terminal;
    private final boolean quiet;
    private String last = "";

    RunScreen(CommandContext context, boolean terminal, boolean quiet) {
        this.context = context;
        this.out = context.out();
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
        String line = PlainText.line(ProgressLine.of(run, terminal ? context.columns() : Integer.MAX_VALUE));
        if (terminal) {
            // The terminal does not wrap it where it became narrower since.
            context.steering().print("\r\u001b[2K\u001b[?7l" + line + "\u001b[?7h");
            context.steering().flush();
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
        funnel(run);
        say("");
        status(run);
        cost(run);
        tasks(run);
        run.revised().forEach(each -> say("changed " + PlainText.line(MoneyText.changed(each), LONGEST_WORDS)));
        jobsOut(run);
        next(run, folder);
        places(run, folder);
    }

    private void funnel(RunSummary run) {
        boolean parted = run.steps().stream().anyMatch(each -> each.dropped() + each.skipped() > 0);
        say("%-20s %9s %9s %9s %8s".formatted("step", "in", "done", "failed", "pass")
                + (parted ? " %9s %9s".formatted("dropped", "skipped") : ""));
        run.steps().forEach(each -> say(step(each, parted)));
    }

    /** @param parted whether units leave the funnel other than by failing */
    private static String step(RunSummary.StepLine step, boolean parted) {
        return "%-20s %9d %9d %9d %7s%%"
                        .formatted(
                                step.name(),
                                step.arrived(),
                                step.valid(),
                                step.failed(),
                                percent(step.valid(), step.arrived() - step.dropped() - step.skipped()))
                + (parted ? " %9d %9d".formatted(step.dropped(), step.skipped()) : "")
                + (step.born() > 0 ? "  " + step.born() + " units made of " + step.done() : "")
                + (step.held() > 0 ? "  " + step.held() + " wait for theirs" : "");
    }

    private void status(RunSummary run) {
        say("status  " + run.status() + reason(run) + ": " + run.progress().done() + " done, "
                + run.progress().failed() + " failed"
                + (run.progress().dropped() > 0 ? ", " + run.progress().dropped() + " dropped" : "")
                + (run.progress().superseded() > 0 ? ", " + run.progress().superseded() + " went on in others," : "")
                + " of "
                + run.progress().units()
                + (run.progress().children() > 0
                        ? " units and " + run.progress().children() + " made of them"
                        : ""));
    }

    private void tasks(RunSummary run) {
        run.tasks().stream()
                .filter(each -> each.phase() != TaskState.Phase.WAITING)
                .forEach(each -> say("task    " + each.name() + ": "
                        + each.phase().word()
                        + (each.detail().isEmpty() ? "" : ", " + PlainText.line(each.detail(), LONGEST_WORDS))));
    }

    /** What a person can do about a run that does not go on by itself. */
    private void next(RunSummary run, RunFolder folder) {
        if (ResumeAdvice.isWanted(run)) {
            String jobs = ResumeAdvice.out(run);
            say("next    " + ResumeAdvice.command(folder)
                    + (jobs.isEmpty() ? "" : ", which collects what is out: " + jobs));
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
    }

    private void places(RunSummary run, RunFolder folder) {
        if (run.status() != RunStatus.COMPLETE) {
            say("run     " + folder.root());
            return;
        }
        say("results " + folder.outputs().resolve("results.jsonl"));
        if (run.progress().failed() > 0) {
            say("failed  " + folder.outputs().resolve("failures.jsonl"));
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
                    + new Money(run.cost().picos())
                            .dividedBy(run.progress().done())
                            .display() + " per valid unit");
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
        run.jobs().out().stream().limit(MOST_JOBS).forEach(each -> say("job     " + job(run, each)));
        if (run.jobs().out().size() > MOST_JOBS) {
            say("        and " + (run.jobs().out().size() - MOST_JOBS) + " more");
        }
        List<Instant> soon =
                ExpiringResults.of(run, context.registry(), context.clock().instant());
        if (!soon.isEmpty()) {
            say("WARNING results of " + soon.size() + " jobs go away at their provider from "
                    + SECONDS.format(soon.get(0)) + " on: collect them with caravan resume " + run.run());
        }
    }

    private static String job(RunSummary run, RunSummary.JobLine job) {
        String name = job.providerJob().isEmpty()
                ? job.work() + " (not confirmed)"
                : PlainText.line(job.providerJob(), LONGEST_WORDS);
        return name + ": " + job.requests() + " requests of "
                + run.steps().get(job.step()).name()
                + ", at " + (job.provider().isEmpty() ? "the provider" : job.provider()) + " since "
                + SECONDS.format(job.since()) + ", due by " + SECONDS.format(JobDeadline.of(job));
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
        if (question == null || question.outlook().expectedPicos() < 0) {
            return step(question);
        }
        var expected = new Money(question.outlook().expectedPicos());
        var worst = new Money(question.outlook().worstPicos());
        return step(question) + ", about " + expected.display()
                + (worst.isUnknown() ? "" : ", at most " + worst.display());
    }

    private static String step(RunSummary.@Nullable Question question) {
        return question == null || question.step().isEmpty() ? "" : " of step " + question.step();
    }
}
