package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.MoneyText;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.Lease;
import dev.caravan.report.ResumeAdvice;
import dev.caravan.report.RunJson;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import dev.caravan.web.ServiceClient;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists runs. */
@Command(name = "ps", description = "List the runs in runs/.")
final class PsCommand extends RunsCommand {
    private static final String DAMAGED = "damaged";

    @Option(names = "--json")
    boolean json;

    PsCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        List<RunFolder> runs = CommandContext.allRuns();
        if (json) {
            ArrayNode rows = Json.mapper().createArrayNode();
            runs.forEach(each -> row(each).ifPresent(rows::add));
            context.data().println(Json.text(rows));
            return ExitCode.DONE;
        }
        List<String> lines =
                runs.stream().map(PsCommand::line).flatMap(Optional::stream).toList();
        context.out()
                .println("%-40s %-11s %-9s %7s %7s %7s %12s"
                        .formatted("run", "status", "mode", "units", "done", "failed", "cost"));
        lines.forEach(context.out()::println);
        heldBack();
        return ExitCode.DONE;
    }

    private static Optional<ObjectNode> row(RunFolder folder) {
        try {
            return RunView.find(folder)
                    .map(view -> RunJson.of(view.summary(), folder)
                            .put("title", view.state().title()));
        } catch (UserMistakeException | CorruptJournalException e) {
            return Optional.of(Json.object().put("run", folder.name()).put("status", DAMAGED));
        }
    }

    private static Optional<String> line(RunFolder folder) {
        try {
            return RunView.find(folder).map(view -> {
                String title = view.state().title();
                return line(folder.name(), view.summary())
                        + why(view.summary(), folder)
                        + (title.isEmpty() ? "" : "  " + title);
            });
        } catch (UserMistakeException | CorruptJournalException e) {
            return Optional.of(
                    "%-40s %-11s `caravan verify %s` says how".formatted(folder.name(), DAMAGED, folder.name()));
        }
    }

    /** What was dropped into the folder of pipelines and is not taken yet, as the service that watches it says. */
    private void heldBack() {
        if (!Lease.isHeld(CommandContext.service())) {
            return;
        }
        ServiceLookup.find(context).ifPresent(client -> {
            ServiceClient.Answer answer = client.get("/api/pipelines");
            if (answer.status() != 200) {
                String why = answer.body().path("detail").asText();
                context.err()
                        .println("caravan: what waits in pipelines/ could not be asked of the service: "
                                + PlainText.line(why));
                return;
            }
            answer.body()
                    .path("held_back")
                    .forEach(each -> context.out()
                            .println("held back: pipelines/"
                                    + PlainText.line(each.path("name").asText()) + ": "
                                    + PlainText.line(each.path("reason").asText())));
        });
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
