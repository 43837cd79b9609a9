package dev.caravan.cli;

import dev.caravan.base.PlainText;
import dev.caravan.base.UserMistakeException;
import dev.caravan.octobatch.ImportFindings;
import dev.caravan.octobatch.OctobatchImport;
import dev.caravan.pipeline.CallOverrides;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings pipelines of other systems over. */
@Command(name = "import", description = "Make a pipeline of one that was written for another system.")
final class ImportCommand extends RunsCommand {
    private static final int LONGEST = 600;

    ImportCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        throw new UserMistakeException(
                "caravan import", "", "needs to know from what: caravan import octobatch FOLDER");
    }

    @Command(
            name = "octobatch",
            mixinStandardHelpOptions = true,
            description =
                    "Make a pipeline of an Octobatch folder; exit code 1 when something is left to be done by hand.")
    int octobatch(
            @Parameters(paramLabel = "FOLDER", description = "the folder with its config.yaml") String folder,
            @Option(names = "--to", paramLabel = "NAME", description = "of the new pipeline (default: the folder's)")
                    @Nullable String to) {
        Path from = folder(folder);
        String name =
                to == null ? String.valueOf(from.toAbsolutePath().normalize().getFileName()) : to;
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_-]{0,59}")) {
            throw new UserMistakeException(
                    "caravan import",
                    name,
                    "a pipeline's name is 1 to 60 letters, digits, _ or -: it names a folder; say one: --to NAME");
        }
        Path target = CommandContext.pipelines().resolve(name);
        ImportFindings findings = OctobatchImport.run(from, target, context.registry());
        context.out().println("wrote " + target + ", from " + PlainText.line(from.toString()));
        tell(
                "Changed on the way:",
                findings.changed().stream().map(String::valueOf).toList());
        tell(
                "Not carried over, and left to you:",
                findings.left().stream().map(String::valueOf).toList());
        boolean valid = valid(target);
        context.out().println("Next:");
        context.out().println("  caravan validate-config " + name);
        context.out().println("  caravan run " + name + " --provider simulator");
        return findings.left().isEmpty() && valid ? ExitCode.DONE : ExitCode.FAILED_UNITS;
    }

    private static Path folder(String said) {
        try {
            Path path = Path.of(said);
            Path folder = path.endsWith("config.yaml") && Files.isRegularFile(path) ? path.resolveSibling("") : path;
            if (Files.isRegularFile(folder.resolve("config.yaml"))) {
                return folder;
            }
            throw new UserMistakeException(said, "config.yaml", "is missing; give the folder that holds it");
        } catch (InvalidPathException e) {
            throw new UserMistakeException("caravan import", said, "is no path");
        }
    }

    private void tell(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            context.out().println(title);
            lines.forEach(each -> context.out().println("  - " + PlainText.line(each, LONGEST)));
        }
    }

    private boolean valid(Path target) {
        try {
            context.read(target, CallOverrides.NONE);
            return true;
        } catch (UserMistakeException e) {
            tell(
                    "validate-config finds:",
                    e.problems().stream().map(String::valueOf).toList());
            return false;
        }
    }
}
