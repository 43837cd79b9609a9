package dev.caravan.cli;

import dev.caravan.run.Commands;
import picocli.CommandLine.Command;

/** Kills a run. */
@Command(name = "kill", description = "End a run for good; its jobs are cancelled, and what they answered is booked.")
final class KillCommand extends AskCommand {
    KillCommand(Shop shop) {
        super(shop, Commands.Verb.KILL);
    }
}
