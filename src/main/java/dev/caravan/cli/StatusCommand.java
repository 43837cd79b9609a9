package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.report.RunJson;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a run without touching it. */
@Command(name = "status", description = "Show how a run stands. Writes nothing.")
final class StatusCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN")
    String name = "";

    @Option(names = "--json")
    boolean json;

    StatusCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        RunView run = RunView.of(folder);
        if (json) {
            context.data().println(Json.text(RunJson.of(run.summary(), folder)));
        } else {
            new RunScreen(context, false, false).summary(run.summary(), folder);
            if (run.held()) {
                context.out().println("at work " + run.atWork());
            }
        }
        return ExitCode.DONE;
    }
}
