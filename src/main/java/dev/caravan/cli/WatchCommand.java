package dev.caravan.cli;

import dev.caravan.provider.Lane;
import picocli.CommandLine.Command;

/** Goes on with a run through the batch API. */
@Command(name = "watch", description = "Go on with a run, through the batch API.")
final class WatchCommand extends ExistingRunCommand {
    WatchCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        return go(Lane.BATCH, "caravan watch");
    }
}
