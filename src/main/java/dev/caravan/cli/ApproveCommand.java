package dev.caravan.cli;

import dev.caravan.run.Commands;
import dev.caravan.run.RunFolder;
import picocli.CommandLine.Command;

/** Lets a run spend. */
@Command(name = "approve", description = "Let a run spend that waits for approval; the service starts it.")
final class ApproveCommand extends WordCommand {
    ApproveCommand(Shop shop) {
        super(shop, Commands.Verb.APPROVE);
    }

    @Override
    String text() {
        return "";
    }

    @Override
    String said(RunFolder folder) {
        return "approved " + folder.name()
                + (isServed()
                        ? "; the service starts it in its turn"
                        : "; no service is at work here: start one with `caravan serve`, or: caravan resume "
                                + folder.name());
    }
}
