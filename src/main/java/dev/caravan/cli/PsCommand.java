package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.cost.MoneyText;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.report.ResumeAdvice;
import dev.caravan.report.RunJson;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import java.util.ArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists runs. */
@Command(name = "ps", description = "List the runs in runs/.")
final class PsCommand extends RunsCommand {
    @Option(names = "--json")
    boolean json;

    PsCommand(CommandContext shop) {
        super(shop);
    }

    @Override
    public Integer call() {
        ArrayNode rows = Json.mapper().createArrayNode();
        var lines = new ArrayList<String>();
        for (RunFolder folder : CommandContext.allRuns()) {
            try {
                RunView.find(folder).ifPresent(view -> {
                    String title = view.state().title();
                    rows.add(RunJson.of(view.summary(), folder).put("title", title));
                    lines.add(line(folder.name(), view.summary())
                            + why(view.summary(), folder)
                            + (title.isEmpty() ? "" : "  " + title));
                });
            } catch (InvalidFileException | CorruptJournalException e) {
                rows.add(Json.object().put("run", folder.name()).put("status", "damaged"));
                lines.add(
                        "%-40s %-11s `caravan verify %s` says how".formatted(folder.name(), "damaged", folder.name()));
            }
        }
        if (json) {
            shop.data().println(Json.text(rows));
        } else {
            shop.out()
                    .println("%-40s %-11s %-9s %7s %7s %7s %12s"
                            .formatted("run", "status", "mode", "units", "done", "failed", "cost"));
            lines.forEach(shop.out()::println);
        }
        return ExitCode.DONE;
    }

    /** Why it does not go on, and how it would. */
    private static String why(RunSummary run, RunFolder folder) {
        if (ResumeAdvice.isWanted(run)) {
            String out = ResumeAdvice.out(run);
            return "  (" + (out.isEmpty() ? "" : out + "; ") + ResumeAdvice.command(folder) + ")";
        }
        boolean said = run.reason().isEmpty() || run.reason().equals("queued");
        return said ? "" : "  (" + run.reason() + RunScreen.price(run) + ")";
    }

    private static String line(String name, RunSummary run) {
        return "%-40s %-11s %-9s %7d %7d %7d %12s"
                .formatted(
                        name,
                        run.reason().equals("queued") ? "queued" : run.status(),
                        run.mode().word(),
                        run.progress().units(),
                        run.progress().done(),
                        run.progress().failed(),
                        MoneyText.cost(run));
    }
}
