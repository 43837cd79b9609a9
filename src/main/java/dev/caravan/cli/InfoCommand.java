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

    InfoCommand(CommandContext shop) {
        super(shop);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        RunView view = RunView.of(folder);
        if (json) {
            shop.data().println(Json.text(RunJson.all(folder, view)));
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
        RunSummary run = view.summary();
        RunState state = view.state();
        RunFacts facts = state.facts();
        line("run", folder.name() + (state.title().isEmpty() ? "" : " (" + state.title() + ")"));
        line("folder", folder.root().toString());
        line("pipeline", run.pipeline() + ", made by Caravan " + facts.version());
        for (Step each : shop.snapshots(folder).get(0).steps()) {
            line(
                    "",
                    each.name() + ": " + each.kind()
                            + (each.model().isEmpty() ? "" : ", " + each.provider() + " " + each.model()));
        }
        line("mode", run.mode().word() + (run.simulated() ? ", simulated" : ""));
        line("chunks", state.chunks() + " of up to " + facts.chunkSize() + " units");
        line("rules", state.revisions() == 0 ? "as made" : "revised " + state.revisions() + " times");
        RunStore.approval(folder).ifPresent(each -> line("approved", approval(each)));
        state.reviews()
                .forEach(each -> line(
                        "review",
                        "step " + facts.steps().get(each.step()) + ", round " + each.round() + ", " + each.count()
                                + " units: " + said(each)));
        line("created", run.times().created().toString());
        Instant end = run.times().ended();
        line(
                end == null ? "age" : "took",
                Duration.between(
                                run.times().created(),
                                end == null ? shop.clock().instant() : end)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .substring(2)
                        .toLowerCase(Locale.ROOT));
        line("at work", view.atWork());
        new RunScreen(shop, false, false).summary(run, folder);
        shop.out().println();
        for (int chunk = 0; chunk < state.chunks(); chunk++) {
            var row = new StringBuilder();
            for (int step = 0; step < facts.steps().size(); step++) {
                row.append("  ").append(facts.steps().get(step)).append(' ').append(RunJson.passed(state, chunk, step));
            }
            shop.out().println(RunFacts.chunkName(chunk) + row);
        }
    }

    private static String approval(RunEvent.CostApproved approved) {
        return "about " + MoneyText.display(approved.expectedPicos()) + ", up to "
                + MoneyText.display(approved.highPicos()) + ", by " + approved.actor();
    }

    private void line(String name, String value) {
        shop.out().println("%-9s %s".formatted(name, PlainText.line(value)));
    }
}
