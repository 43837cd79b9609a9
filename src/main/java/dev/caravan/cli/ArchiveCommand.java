package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Moves a run that is over out of sight, or back. */
abstract class ArchiveCommand extends RunsCommand {
    private static final String ARCHIVE = ".archive";

    @Parameters(index = "0", paramLabel = "RUN", description = "name of the run")
    String name = "";

    ArchiveCommand(CommandContext context) {
        super(context);
    }

    private static Path archive() {
        return CommandContext.runs().resolve(ARCHIVE);
    }

    void move(Path from, Path to) {
        if (Files.exists(to)) {
            throw new UserMistakeException(to.toString(), "", "already exists; nothing was moved");
        }
        try {
            Files.createDirectories(Objects.requireNonNull(to.toAbsolutePath().getParent()));
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot move " + from + " to " + to, e);
        }
        context.out().println("moved to " + to);
    }

    /** {@code archive}. */
    @Command(name = "archive", description = "Move a run that is over to runs/.archive.")
    static final class Away extends ArchiveCommand {
        Away(CommandContext context) {
            super(context);
        }

        @Override
        public Integer call() {
            RunFolder folder = CommandContext.run(name);
            RunSummary summary = summary(folder);
            if (!summary.status().terminal() || !summary.jobs().out().isEmpty()) {
                throw new UserMistakeException(
                        folder.root().toString(),
                        "",
                        "is " + summary.status() + "; only a run that is over is archived");
            }
            RunStore.open(folder, context.disk(), context.clock(), "cli").close();
            move(folder.root(), archive().resolve(folder.name()));
            return ExitCode.DONE;
        }
    }

    /** {@code unarchive}. */
    @Command(name = "unarchive", description = "Move a run back from runs/.archive.")
    static final class Back extends ArchiveCommand {
        Back(CommandContext context) {
            super(context);
        }

        @Override
        public Integer call() {
            Path from = archive().resolve(name).normalize();
            if (!from.startsWith(archive()) || !Files.exists(from.resolve("journal.jsonl"))) {
                throw new UserMistakeException(archive().toString(), name, "there is no such run");
            }
            move(from, CommandContext.runs().resolve(name));
            return ExitCode.DONE;
        }
    }
}
