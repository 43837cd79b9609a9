package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.cost.MoneyText;
import dev.caravan.pipeline.Step;
import dev.caravan.report.RunJson;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import dev.caravan.run.UnitReview;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Everything there is to say of a run. */
@Command(name = "info", description = "Show all of a run: its making, who is at it, its steps and chunks.")
final class InfoCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(names = "--json")
    boolean json;

    InfoCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        RunView view = RunView.of(folder);
        if (json) {
            context.data().println(Json.text(RunJson.all(folder, view)));
        } else {
            text(folder, view);
        }
        return ExitCode.DONE;
    }

    private static String said(UnitReview review) {
        return RunJson.outcome(review)
                + review.word()
                        .map(each ->
                                " by " + each.actor() + (each.reason().isEmpty() ? "" : " (" + each.reason() + ")"))
                        .orElse("");
    }

    private void text(RunFolder folder, RunView view) {
        made(folder, view);
        agreed(folder, view.state());
        times(view.summary());
        line("at work", view.atWork());
        new RunScreen(context, false, false).summary(view.summary(), folder);
        context.out().println();
        chunks(view.state());
    }

    private void made(RunFolder folder, RunView view) {
        RunSummary run = view.summary();
        RunState state = view.state();
        line("run", folder.name() + (state.title().isEmpty() ? "" : " (" + state.title() + ")"));
        line("folder", folder.root().toString());
        line("pipeline", run.pipeline() + ", made by Caravan " + state.facts().version());
        for (Step each : context.snapshots(folder).get(0).steps()) {
            line(
                    "",
                    each.name() + ": " + each.kind()
                            + (each.model().isEmpty() ? "" : ", " + each.provider() + " " + each.model()));
        }
        line("mode", run.mode().word() + (run.simulated() ? ", simulated" : ""));
        line("chunks", state.chunks() + " of up to " + state.facts().chunkSize() + " units");
        line("rules", state.revisions() == 0 ? "as made" : "revised " + state.revisions() + " times");
    }

    /** Words that people gave. */
    private void agreed(RunFolder folder, RunState state) {
        RunStore.approval(folder).ifPresent(each -> line("approved", approval(each)));
        for (UnitReview each : state.reviews()) {
            String step = state.facts().steps().get(each.step());
            line("review", "step " + step + ", round " + each.round() + ", " + each.count() + " units: " + said(each));
        }
    }

    private void times(RunSummary run) {
        line("created", run.times().created().toString());
        Instant end = run.times().ended();
        var lasted = Duration.between(
                run.times().created(), end == null ? context.clock().instant() : end);
        line(
                end == null ? "age" : "took",
                lasted.truncatedTo(ChronoUnit.SECONDS).toString().substring(2).toLowerCase(Locale.ROOT));
    }

    private void chunks(RunState state) {
        List<String> steps = state.facts().steps();
        for (int chunk = 0; chunk < state.chunks(); chunk++) {
            var row = new StringBuilder(RunFacts.chunkName(chunk));
            for (int step = 0; step < steps.size(); step++) {
                row.append("  ").append(steps.get(step)).append(' ').append(RunJson.passed(state, chunk, step));
            }
            context.out().println(row);
        }
    }

    private static String approval(RunEvent.CostApproved approved) {
        return "about " + MoneyText.display(approved.expectedPicos()) + ", up to "
                + MoneyText.display(approved.highPicos()) + ", by " + approved.actor();
    }

    private void line(String name, String value) {
        context.out().println("%-9s %s".formatted(name, PlainText.line(value)));
    }
}
