package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.report.RunComparison;
import dev.caravan.run.RunFolder;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs side by side. */
@Command(name = "compare", description = "Hold runs side by side, or two of them unit by unit.")
final class CompareCommand extends ReadingCommand {
    @Parameters(arity = "2..*", paramLabel = "RUN", description = "names, unique prefixes, or folders")
    List<String> names = List.of();

    @Option(names = "--units", description = "two runs unit by unit: which fields differ, with examples")
    boolean units;

    @Option(names = "--fields", split = ",", paramLabel = "FIELD", description = "with --units, the fields to compare")
    List<String> fields = List.of();

    @Option(names = "--csv", description = "as CSV")
    boolean csv;

    CompareCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        List<RunFolder> runs = names.stream().map(CommandContext::run).toList();
        if (units || !fields.isEmpty()) {
            if (runs.size() != 2) {
                throw new UserMistakeException("--units", "", "compares two runs, not " + runs.size());
            }
            var found = RunComparison.units(runs.get(0), runs.get(1), fields);
            return tell((json ? Json.text(found) : Json.pretty(found)) + "\n", true);
        }
        return tell(
                json
                        ? Json.text(RunComparison.json(runs)) + "\n"
                        : csv ? RunComparison.csv(runs) : RunComparison.text(runs),
                json || csv);
    }
}
