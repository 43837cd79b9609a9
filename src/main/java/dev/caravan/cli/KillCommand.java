package dev.caravan.cli;

import dev.caravan.run.CommandFolder;
import picocli.CommandLine.Command;

/** Kills a run. */
@Command(name = "kill", description = "End a run for good; its jobs are cancelled, and what they answered is booked.")
final class KillCommand extends AskCommand {
    KillCommand(CommandContext context) {
        super(context, CommandFolder.Verb.KILL);
    }
}
