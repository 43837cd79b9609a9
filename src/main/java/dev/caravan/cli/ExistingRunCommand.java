package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
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
        RunFolder folder = Shop.run(name);
        RunSummary before = summary(shop, folder);
        if (before.status().terminal() && before.jobsOut().isEmpty()) {
            new Screen(shop.out(), false, drive.quiet || drive.json).summary(before, folder);
            if (drive.json) {
                shop.out().println(Json.text(Screen.json(before, folder)));
            }
            return before.status() == RunStatus.KILLED
                    ? ExitCode.WAITING
                    : before.failed() == 0 ? ExitCode.DONE : ExitCode.FAILED_UNITS;
        }
        return drive(folder, drive, lane, command + " " + name);
    }
}
