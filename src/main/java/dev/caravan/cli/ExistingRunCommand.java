package dev.caravan.cli;

import dev.caravan.operator.GivenApproval;
import dev.caravan.operator.OperatorCommands;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Drives a run that exists. */
abstract class ExistingRunCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(
            names = {"--yes", "-y"},
            description =
                    "let it spend what it is estimated to cost, and ask a model whose price is not known, without asking")
    boolean yes;

    @Mixin
    DriveOptions drive = new DriveOptions();

    ExistingRunCommand(CommandContext context) {
        super(context);
    }

    int go(Lane lane, String command) {
        RunFolder folder = CommandContext.run(name);
        // What makes no sense is told before a word is given.
        drive.with(lane, command);
        RunSummary.Question question = summary(folder).question();
        if (yes && question != null && question.step().isEmpty()) {
            var word = new GivenApproval.Word(true, actor() + " by --yes", "", "", "");
            new OperatorCommands(context.disk(), context.clock(), actor()).decide(folder, word);
        }
        return drive(folder, drive, lane, command + " " + name);
    }
}
