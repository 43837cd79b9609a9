package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import dev.caravan.lease.Lease;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Asks the process at a run what its threads do. */
@Command(name = "threads", description = "Let the process at a run write what its threads are at into RUN_LOG.txt.")
final class ThreadsCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    ThreadsCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        var now = context.clock().instant();
        if (!Lease.isHeld(folder.root())) {
            throw new UserMistakeException(folder.root().toString(), "", "is not at work: there are no threads");
        }
        new CommandFolder(folder).send(CommandFolder.Verb.THREADS, actor(), now);
        context.out().println("asked for; see [THREAD] in " + folder.root().resolve("RUN_LOG.txt"));
        return ExitCode.DONE;
    }
}
