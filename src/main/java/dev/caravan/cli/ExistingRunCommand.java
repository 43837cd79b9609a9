package dev.caravan.cli;

import dev.caravan.provider.Lane;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Drives a run that exists. */
abstract class ExistingRunCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Mixin
    DriveOptions drive = new DriveOptions();

    ExistingRunCommand(Shop shop) {
        super(shop);
    }

    int go(Lane lane, String command) {
        return drive(Shop.run(name), drive, lane, command + " " + name);
    }
}
