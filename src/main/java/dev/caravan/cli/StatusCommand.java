package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.report.RunJson;
import dev.caravan.run.Lease;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a run without touching it. */
@Command(name = "status", description = "Show how a run stands. Writes nothing.")
final class StatusCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN")
    String name = "";

    @Option(names = "--json")
    boolean json;

    StatusCommand(Shop shop) {
        super(shop);
    }

    @Override
    public Integer call() {
        RunFolder folder = Shop.run(name);
        RunSummary summary = summary(shop, folder);
        if (json) {
            shop.data().println(Json.text(RunJson.of(summary, folder)));
        } else {
            new Screen(shop, false, false).summary(summary, folder);
            Lease.holder(folder.root())
                    .filter(each -> each.seemsAlive(shop.clock().instant())
                            && !summary.status().terminal())
                    .ifPresent(each -> shop.out()
                            .println("at work " + each + (each.doing().isEmpty() ? "" : "; " + each.doing())));
        }
        return ExitCode.DONE;
    }
}
