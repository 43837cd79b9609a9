package dev.caravan.cli;

import dev.caravan.run.Commands;
import picocli.CommandLine.Command;

/** Pauses a run. */
@Command(name = "pause", description = "Pause a run; its jobs stay at the provider.")
final class PauseCommand extends AskCommand {
    PauseCommand(Shop shop) {
        super(shop, Commands.Verb.PAUSE);
    }
}
