package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.report.RunJson;
import dev.caravan.run.CorruptJournalException;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists runs. */
@Command(name = "ps", description = "List the runs in runs/.")
final class PsCommand extends RunsCommand {
    @Option(names = "--json")
    boolean json;

    PsCommand(Shop shop) {
        super(shop);
    }

    @Override
    public Integer call() {
        ArrayNode rows = Json.mapper().createArrayNode();
        var lines = new java.util.ArrayList<String>();
        for (RunFolder folder : Shop.allRuns()) {
            try {
                RunState state = shop.state(folder);
                if (state.created()) {
                    RunSummary run = RunStore.summary(state);
                    rows.add(RunJson.of(run, folder).put("title", state.title()));
                    lines.add(line(folder.name(), run)
                            + (run.reason().isEmpty() || run.reason().equals("queued")
                                    ? ""
                                    : "  (" + run.reason() + Screen.price(run) + ")")
                            + (state.title().isEmpty() ? "" : "  " + state.title()));
                }
            } catch (InvalidFileException | CorruptJournalException e) {
                rows.add(Json.object().put("run", folder.name()).put("status", "damaged"));
                lines.add("%-40s %-9s `caravan verify %s` says how".formatted(folder.name(), "damaged", folder.name()));
            }
        }
        if (json) {
            shop.data().println(Json.text(rows));
        } else {
            shop.out()
                    .println("%-40s %-9s %-9s %7s %7s %7s %12s"
                            .formatted("run", "status", "mode", "units", "done", "failed", "cost"));
            lines.forEach(shop.out()::println);
        }
        return ExitCode.DONE;
    }

    private static String line(String name, RunSummary run) {
        return "%-40s %-9s %-9s %7d %7d %7d %12s"
                .formatted(
                        name,
                        run.reason().equals("queued") ? "queued" : run.status(),
                        run.mode().name().toLowerCase(Locale.ROOT),
                        run.units(),
                        run.done(),
                        run.failed(),
                        dev.caravan.execution.Amounts.cost(run));
    }
}
