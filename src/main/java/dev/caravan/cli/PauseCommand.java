package dev.caravan.cli;

import dev.caravan.run.CommandFolder;
import picocli.CommandLine.Command;

/** Pauses a run. */
@Command(name = "pause", description = "Pause a run; its jobs stay at the provider.")
final class PauseCommand extends AskCommand {
    PauseCommand(CommandContext context) {
        super(context, CommandFolder.Verb.PAUSE);
    }
}
