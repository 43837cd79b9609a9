package dev.caravan.cli;

import dev.caravan.run.GivenFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Goes on with a run as it was last driven. */
@Command(name = "resume", description = "Go on with a run, in the mode it had.")
final class ResumeCommand extends ExistingRunCommand {
    @Option(
            names = "--accept-changes",
            description = "go on with files of the run's folder as somebody changed them by hand; noted with your name")
    boolean acceptChanges;

    @Mixin
    ModelOptions models = new ModelOptions();

    ResumeCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        if (acceptChanges) {
            GivenFiles.accept(CommandContext.run(name), context.disk(), context.clock(), actor())
                    .forEach(each -> context.err().println("caravan: " + each + " is taken as it is now"));
        }
        new ModelReviser(context, "caravan resume", this::asked, this::checkModels)
                .revise(CommandContext.run(name), models, yes, false, drive.capPicos());
        return go(summary(CommandContext.run(name)).mode(), "caravan resume");
    }
}
