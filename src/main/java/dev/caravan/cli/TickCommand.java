package dev.caravan.cli;

import dev.caravan.provider.Lane;
import picocli.CommandLine.Command;

/** Lets a run go on for a moment. */
@Command(name = "tick", description = "Let a run go on for a moment (--timeout, default 3s), then report as JSON.")
final class TickCommand extends ExistingRunCommand {
    TickCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        drive.json = true;
        drive.timeout = drive.timeout.isEmpty() ? "3s" : drive.timeout;
        return go(Lane.BATCH, "caravan tick");
    }
}
