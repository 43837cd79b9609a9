package dev.caravan.cli;

import dev.caravan.provider.Lane;
import picocli.CommandLine.Command;

/** Goes on with a run at once. */
@Command(name = "realtime", description = "Go on with a run, at once and at full price.")
final class RealtimeCommand extends ExistingRunCommand {
    RealtimeCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        return go(Lane.REALTIME, "caravan realtime");
    }
}
