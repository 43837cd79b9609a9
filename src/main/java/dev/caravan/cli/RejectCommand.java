package dev.caravan.cli;

import dev.caravan.operator.OperatorCommands;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends a run before it cost anything, or fails the units at an approval step. */
@Command(
        name = "reject",
        description = "Turn down what a run waits for: it ends before it costs anything, or the units at a step fail.")
final class RejectCommand extends WordCommand {
    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why, for the run's journal")
    String reason = "";

    RejectCommand(CommandContext context) {
        super(context, CommandFolder.Verb.REJECT);
    }

    @Override
    String reason() {
        return OperatorCommands.reason("reject", "--reason", reason);
    }

    @Override
    String said(RunFolder folder, RunSummary.Question question) {
        return "rejected " + folder.name()
                + (question.step().isEmpty()
                        ? "; nothing was spent"
                        : ": " + question.units() + " units do not pass step " + question.step() + ", round "
                                + question.round() + next(folder));
    }
}
