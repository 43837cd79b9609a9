package dev.caravan.cli;

import dev.caravan.execution.Orders;
import dev.caravan.run.Commands;
import dev.caravan.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends a run before it cost anything. */
@Command(name = "reject", description = "End a run that waits for approval; nothing was spent.")
final class RejectCommand extends WordCommand {
    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why, for the run's journal")
    String reason = "";

    RejectCommand(Shop shop) {
        super(shop, Commands.Verb.REJECT);
    }

    @Override
    String text() {
        return Orders.reason("reject", "--reason", reason);
    }

    @Override
    String said(RunFolder folder) {
        return "rejected " + folder.name() + "; nothing was spent";
    }
}
