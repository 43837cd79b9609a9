package dev.caravan.cli;

import dev.caravan.report.RunDiagnosis;
import dev.caravan.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What went wrong in a run. */
@Command(name = "diagnose", description = "Write a page on what failed in a run, with examples, as Markdown.")
final class DiagnoseCommand extends ReadingCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    DiagnoseCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        return tell(RunDiagnosis.markdown(folder, context.snapshots(folder).get(0), context.judging(folder)), false);
    }
}
