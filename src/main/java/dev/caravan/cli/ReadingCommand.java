package dev.caravan.cli;

import dev.caravan.base.InvalidFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that reads runs and tells of them, on the screen or in a file. */
abstract class ReadingCommand extends RunsCommand {
    @Option(names = "--json", description = "for programs")
    boolean json;

    @Option(names = "--output", paramLabel = "FILE", description = "write to a file, in place of the screen")
    @Nullable Path output;

    ReadingCommand(Shop shop) {
        super(shop);
    }

    /** Writes to the file whole or not at all, or to the screen. */
    int tell(String text) {
        Path file = output;
        if (file == null) {
            shop.out().print(text);
            shop.out().flush();
            return ExitCode.DONE;
        }
        Path name = file.getFileName();
        Path parent = file.toAbsolutePath().getParent();
        if (name == null || parent == null || !Files.isDirectory(parent)) {
            throw new InvalidFileException(
                    "--output", "", "there is no folder " + parent + " to write " + file + " to");
        }
        try {
            Path hidden = parent.resolve("." + name + ".tmp");
            Files.write(hidden, text.getBytes(StandardCharsets.UTF_8));
            Files.move(hidden, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        shop.err().println("wrote " + file);
        return ExitCode.DONE;
    }
}
