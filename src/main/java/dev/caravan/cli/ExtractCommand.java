package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.ExpressionSyntaxException;
import dev.caravan.report.ResultExtract;
import dev.caravan.report.RunResults;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One file for each result. */
@Command(name = "extract", description = "Write one file for each done unit into a folder.")
final class ExtractCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(names = "--into", paramLabel = "FOLDER", description = "default: outputs/units in the run's folder")
    @Nullable Path into;

    @Option(names = "--name", paramLabel = "EXPRESSION", description = "names each file (default: unit_id)")
    @Nullable String fileName;

    @Option(names = "--content", paramLabel = "EXPRESSION", description = "what each holds (default: the record)")
    @Nullable String content;

    @Option(names = "--ending", paramLabel = ".ENDING", description = "default: .json; .txt with --content")
    @Nullable String ending;

    @Option(names = "--gzip", description = "pack each file")
    boolean gzip;

    ExtractCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        String behind = ending == null ? (content == null ? ".json" : ".txt") : ending;
        if (!behind.matches("[.][A-Za-z0-9.]{1,20}|")) {
            throw new UserMistakeException("--ending", "", "must be a point and letters, such as .md, not " + behind);
        }
        RunResults results = RunResults.of(CommandContext.run(name));
        Path target = into == null ? results.folder().outputs().resolve("units") : into;
        var wish = new ResultExtract.Wish(compiled("--name", fileName), compiled("--content", content), behind, gzip);
        int count = ResultExtract.write(results, wish, target);
        context.out()
                .println("wrote " + count + " files into " + target
                        + (results.partial() ? "; the run is not complete, these are its results so far" : ""));
        return ExitCode.DONE;
    }

    private static @Nullable Expression compiled(String option, @Nullable String text) {
        try {
            return text == null ? null : Expression.compile(text);
        } catch (ExpressionSyntaxException e) {
            throw new UserMistakeException(option, "", e.told() + ": " + text);
        }
    }
}
