package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.report.RunReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What came of a run. */
@Command(name = "report", description = "Show the funnel of a run, what failed and why, and what it cost.")
final class ReportCommand extends ReadingCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(
            names = "--failures-by",
            paramLabel = "FIELD",
            description = "count failures by a field of theirs (default: item)")
    String failuresBy = "";

    ReportCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunReport report = RunReport.of(CommandContext.run(name), failuresBy);
        return tell(json ? Json.text(report.json()) + "\n" : report.text(), json);
    }
}
