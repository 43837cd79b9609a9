package dev.caravan.cli;

import dev.caravan.base.InvalidFileException;
import dev.caravan.report.Export;
import dev.caravan.report.Results;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The results of a run in the form someone needs. */
@Command(name = "export", description = "Write the results of a run as CSV or JSONL, with all fields or chosen ones.")
final class ExportCommand extends RunsCommand {
    private static final int BUFFER = 1 << 16;

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

    ExportCommand(Shop shop) {
        super(shop);
    }

    @Override
    public Integer call() {
        Results results = Results.of(Shop.run(name));
        if (results.partial()) {
            shop.err().println("caravan: the run is not complete; these are its results so far");
        }
        Path file = output;
        if (file == null) {
            Export.write(results, format(), fields, shop.out());
            shop.out().flush();
            return ExitCode.DONE;
        }
        Path parent = Objects.requireNonNull(file.toAbsolutePath().getParent());
        if (!Files.isDirectory(parent)) {
            throw new InvalidFileException("--output", "", "there is no folder " + parent + " to write to");
        }
        Path hidden = parent.resolve("." + file.getFileName() + ".tmp");
        try {
            int count;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(hidden), BUFFER)) {
                count = Export.write(results, format(), fields, out);
            }
            Files.move(hidden, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            shop.err().println("wrote " + count + " records to " + file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        } finally {
            remove(hidden);
        }
        return ExitCode.DONE;
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    private Export.Format format() {
        String wanted = format == null ? String.valueOf(output).replaceFirst(".*[.]", "") : format;
        return switch (wanted.toLowerCase(java.util.Locale.ROOT)) {
            case "csv" -> Export.Format.CSV;
            case "jsonl" -> Export.Format.JSONL;
            default -> {
                if (format != null) {
                    throw new InvalidFileException("--format", "", "must be csv or jsonl, not " + format);
                }
                yield Export.Format.JSONL;
            }
        };
    }
}
