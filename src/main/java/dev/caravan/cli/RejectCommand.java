package dev.caravan.cli;

import dev.caravan.execution.Approval;
import dev.caravan.run.Commands;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends a run before it cost anything. */
@Command(name = "reject", description = "End a run that waits for approval; nothing was spent.")
final class RejectCommand extends WordCommand {
    private static final int LONGEST_REASON = 500;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why, for the run's journal")
    String reason = "";

    RejectCommand(Shop shop) {
        super(shop, Commands.Verb.REJECT);
    }

    @Override
    String text() {
        return word("reject", "--reason", reason, LONGEST_REASON);
    }

    @Override
    boolean say(RunStore store, String who, String text) {
        return Approval.refuse(store, who, text);
    }

    @Override
    String said(RunFolder folder) {
        return "rejected " + folder.name() + "; nothing was spent";
    }
}
