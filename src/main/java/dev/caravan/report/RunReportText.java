package dev.caravan.report;

import dev.caravan.cost.MoneyText;
import dev.caravan.run.Ledger;
import dev.caravan.run.RunSummary;
import java.util.stream.Collectors;

/** The report of a run, for people. */
final class RunReportText {
    private final RunFigures figures;
    private final RunSummary run;
    private final StringBuilder text = new StringBuilder();

    private RunReportText(RunFigures figures) {
        this.figures = figures;
        this.run = figures.run();
    }

    static String of(RunFigures figures) {
        var report = new RunReportText(figures);
        report.standing();
        report.line("");
        report.funnel();
        report.line("");
        report.tokens();
        report.cost();
        report.failures();
        report.findings();
        return report.text.toString();
    }

    private void standing() {
        line(run.run() + ": " + run.pipeline() + ", " + run.status());
        if (ResumeAdvice.isWanted(run)) {
            String out = ResumeAdvice.out(run);
            line("nobody is at it" + (out.isEmpty() ? "" : "; out: " + out) + "; next: "
                    + ResumeAdvice.command(figures.folder()));
        }
        line(run.progress().units() + " units"
                + (run.progress().children() > 0 ? " and " + run.progress().children() + " made of them" : "") + ": "
                + run.progress().done() + " done, " + run.progress().failed() + " failed, "
                + run.progress().dropped() + " dropped");
    }

    private void funnel() {
        boolean parted = run.steps().stream().anyMatch(each -> each.dropped() + each.skipped() > 0);
        line("%-20s %9s %9s %8s %7s%s %8s %8s %8s %12s"
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
        for (StepFigures each : figures.steps()) {
            step(each, parted);
        }
    }

    /** @param parted whether units leave the funnel other than by failing */
    private void step(StepFigures step, boolean parted) {
        RunSummary.StepLine line = step.line();
        line("%-20s %9d %9d %8d %6s%%%s %8d %8d %8d %12s%s"
                .formatted(
                        line.name(),
                        line.arrived(),
                        line.valid(),
                        line.failed(),
                        step.judged() == 0 ? "-" : step.passed(),
                        parted ? " %8d %8d".formatted(line.skipped(), line.dropped()) : "",
                        step.calls(),
                        step.repeats(),
                        step.sentBack(),
                        step.costText(),
                        line.born() > 0 ? "  " + line.born() + " units made of " + line.done() : ""));
        step.codes().forEach((code, count) -> line("    " + count + " " + code));
    }

    private void tokens() {
        line("tokens   " + run.cost().usage().input() + " in, "
                + run.cost().usage().output() + " out; "
                + StepFigures.percent(figures.repeatedTokens(), figures.tokens()) + "% of them to ask again");
        String longest = figures.steps().stream()
                .filter(each -> each.longest() > 0)
                .map(each -> each.line().name() + " " + each.longest())
                .collect(Collectors.joining(", "));
        if (!longest.isEmpty()) {
            line("longest  answers of " + longest + " tokens: what max_tokens must leave room for");
        }
    }

    private void cost() {
        line("cost     " + MoneyText.cost(run) + (run.simulated() ? " simulated" : "") + perUnit() + atRisk());
        figures.ledger().lines().forEach(this::model);
        run.revised().forEach(each -> line("changed  " + MoneyText.changed(each)));
        if (run.cost().unknown().calls() > 0) {
            line("unknown  " + MoneyText.untold(run));
        }
        figures.ledger().words().forEach(this::word);
    }

    private String perUnit() {
        return figures.perUnit().isUnknown() ? "" : ", " + figures.perUnit().display() + " per valid unit";
    }

    private String atRisk() {
        return run.cost().unansweredPicos() == 0
                ? ""
                : "; at risk " + MoneyText.display(run.cost().unansweredPicos())
                        + " for calls and jobs without an answer";
    }

    private void model(Ledger.Line booked) {
        long untold =
                Math.min(booked.unknown(), figures.steps().get(booked.step()).untold());
        line("         %-20s %-24s %8d calls %12s"
                .formatted(
                        figures.step(booked.step()),
                        booked.model(),
                        booked.calls(),
                        MoneyText.cost(booked.picos(), untold)));
    }

    /** What somebody said that replies cost which told no usage. */
    private void word(Ledger.Word word) {
        line("said     %-20s %-24s %8d calls %12s  %s"
                .formatted(
                        figures.step(word.step()),
                        "by " + word.actor(),
                        word.calls(),
                        MoneyText.display(word.picos()),
                        word.reason()));
    }

    private void failures() {
        FailureCounts failed = figures.failures();
        if (!failed.groups().isEmpty()) {
            line("");
            line("failed   for these reasons; numbers, ids and what is quoted are left out of them");
            failed.groups().lines().forEach(each -> line("         " + each));
        }
        if (!failed.items().isEmpty()) {
            line("");
            line("failed   most of them of");
            failed.items().forEach((item, count) -> line("         %6d %s".formatted(count, item)));
        }
    }

    private void findings() {
        if (!run.notes().isEmpty()) {
            line("");
            line("seen     " + run.notes());
        }
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }
}
