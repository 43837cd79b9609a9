package dev.caravan.cli;

import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says that a folder is the run's only one. */
@Command(
        name = "moved",
        description = "Say that this folder is the run's only one, after it came from another disk or a backup.")
final class MovedCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    MovedCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        RunStore.moved(folder, context.disk(), context.clock(), actor());
        context.out().println(folder.root() + " is the run's place now; go on with: caravan resume " + folder.name());
        return ExitCode.DONE;
    }
}
