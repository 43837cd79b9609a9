package dev.caravan.cli;

import picocli.CommandLine.Command;

/** Goes on with a run as it was last driven. */
@Command(name = "resume", description = "Go on with a run, in the mode it had.")
final class ResumeCommand extends ExistingRunCommand {
    ResumeCommand(Shop shop) {
        super(shop);
    }

    @Override
    public Integer call() {
        return go(summary(shop, Shop.run(name)).mode(), "caravan resume");
    }
}
