package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.report.ResultAnalysis;
import dev.caravan.report.RunResults;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the results of a run say, group by group. */
@Command(name = "analyze", description = "Group the results of a run and count values or sum up numbers.")
final class AnalyzeCommand extends ReadingCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(names = "--group-by", split = ",", paramLabel = "FIELD", description = "fields whose values make a group")
    List<String> groupBy = List.of();

    @Option(
            names = {"--count", "--count-field"},
            paramLabel = "FIELD",
            description = "how often each of its values occurs")
    @Nullable String count;

    @Option(
            names = {"--numeric", "--numeric-field"},
            paramLabel = "FIELD",
            description = "how its numbers lie")
    @Nullable String numeric;

    @Option(
            names = "--net-positive",
            split = ",",
            paramLabel = "VALUE",
            description = "with --count: values that count for")
    Set<String> positive = Set.of();

    @Option(names = "--net-negative", split = ",", paramLabel = "VALUE", description = "with --count: values against")
    Set<String> negative = Set.of();

    @Option(names = "--csv", description = "as CSV")
    boolean csv;

    AnalyzeCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        if (count == null && !(positive.isEmpty() && negative.isEmpty())) {
            throw new UserMistakeException("--net-positive", "", "needs --count FIELD, whose values it names");
        }
        var question = new ResultAnalysis.Question(groupBy, count, numeric, positive, negative);
        RunResults results = RunResults.of(CommandContext.run(name));
        ResultAnalysis analysis = ResultAnalysis.of(results, question);
        if (analysis.lacking() > 0) {
            context.err()
                    .println("caravan: " + analysis.lacking() + " of " + analysis.records()
                            + " records lack a field that was asked for, and are left out");
        }
        if (results.partial()) {
            context.err().println("caravan: the run is not complete; these are its results so far");
        }
        return tell(json ? Json.text(analysis.json()) + "\n" : csv ? analysis.csv() : analysis.text(), json || csv);
    }
}
