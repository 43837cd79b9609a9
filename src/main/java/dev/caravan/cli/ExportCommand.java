package dev.caravan.cli;

import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.report.ResultExport;
import dev.caravan.report.RunResults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The results of a run in the form someone needs. */
@Command(name = "export", description = "Write the results of a run as CSV or JSONL, with all fields or chosen ones.")
final class ExportCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(
            names = "--format",
            paramLabel = "csv|jsonl",
            description = "default: by the ending of --output, else jsonl")
    @Nullable String format;

    @Option(names = "--fields", split = ",", paramLabel = "FIELD", description = "names or paths such as customer.city")
    List<String> fields = List.of();

    @Option(names = "--output", paramLabel = "FILE", description = "where to (default: the screen)")
    @Nullable Path output;

    ExportCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunResults results = RunResults.of(CommandContext.run(name));
        if (results.partial()) {
            context.err().println("caravan: the run is not complete; these are its results so far");
        }
        Path file = output;
        if (file == null) {
            ResultExport.write(results, format(), fields, context.data());
            context.data().flush();
            return ExitCode.DONE;
        }
        try (Disk.Replacement whole = context.disk().replaceStreaming(ReadingCommand.writable(file))) {
            int count = ResultExport.write(results, format(), fields, whole.out());
            whole.commit();
            context.err().println("wrote " + count + " records to " + file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        return ExitCode.DONE;
    }

    private ResultExport.Format format() {
        String wanted = format == null ? String.valueOf(output).replaceFirst(".*[.]", "") : format;
        return switch (wanted.toLowerCase(Locale.ROOT)) {
            case "csv" -> ResultExport.Format.CSV;
            case "jsonl" -> ResultExport.Format.JSONL;
            default -> {
                if (format != null) {
                    throw new UserMistakeException("--format", "", "must be csv or jsonl, not " + format);
                }
                yield ResultExport.Format.JSONL;
            }
        };
    }
}
