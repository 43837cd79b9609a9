package dev.caravan.cli;

import dev.caravan.operator.OperatorCommands;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets a run spend, or units pass an approval step. */
@Command(
        name = "approve",
        description = "Let a run that waits for approval go on: with what it costs, or with the units at a step.")
final class ApproveCommand extends WordCommand {
    @Option(names = "--reason", paramLabel = "TEXT", description = "why, for the run's journal")
    String reason = "";

    ApproveCommand(CommandContext context) {
        super(context, CommandFolder.Verb.APPROVE);
    }

    @Override
    String reason() {
        return reason.isEmpty() ? "" : OperatorCommands.reason("approve", "--reason", reason);
    }

    @Override
    String said(RunFolder folder, RunSummary.Question question) {
        return "approved " + folder.name()
                + (question.step().isEmpty()
                        ? ""
                        : ": " + question.units() + " units pass step " + question.step() + ", round "
                                + question.round())
                + next(folder);
    }
}
