package dev.caravan.cli;

import dev.caravan.base.PlainText;
import dev.caravan.base.UserMistakeException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that reads runs and tells of them, on the screen or in a file. */
abstract class ReadingCommand extends RunsCommand {
    @Option(names = "--json", description = "for programs")
    boolean json;

    @Option(names = "--output", paramLabel = "FILE", description = "write to a file, in place of the screen")
    @Nullable Path output;

    ReadingCommand(CommandContext context) {
        super(context);
    }

    /**
     * Writes to the file whole or not at all, or to the screen.
     *
     * @param machine whether a program reads it, which takes it as it is
     */
    int tell(String text, boolean machine) {
        Path file = output;
        if (file == null) {
            PrintStream out = machine ? context.data() : context.out();
            out.print(text);
            out.flush();
            return ExitCode.DONE;
        }
        String whole = machine ? text : PlainText.lines(text);
        context.disk().replace(writable(file), whole.getBytes(StandardCharsets.UTF_8));
        context.err().println("wrote " + file);
        return ExitCode.DONE;
    }

    /** The path of a file that is to be written, once its folder is there. */
    static Path writable(Path file) {
        Path whole = file.toAbsolutePath();
        Path parent = whole.getParent();
        if (parent == null || !Files.isDirectory(parent) || Files.isDirectory(whole)) {
            throw new UserMistakeException(
                    "--output",
                    "",
                    Files.isDirectory(whole)
                            ? file + " is a folder; name a file in it"
                            : "there is no folder " + parent + " to write " + file + " to");
        }
        return whole;
    }
}
