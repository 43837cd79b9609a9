package dev.caravan.cli;

import dev.caravan.operator.OperatorCommands;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;

/** Asks the process that holds a run for something, or does it when none does. */
abstract class AskCommand extends ExistingRunCommand {
    private final CommandFolder.Verb verb;

    AskCommand(CommandContext context, CommandFolder.Verb verb) {
        super(context);
        this.verb = verb;
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        RunSummary before = summary(folder);
        if (!new OperatorCommands(context.disk(), context.clock(), actor()).stop(folder, verb, "")) {
            context.out().println("asked for " + verb.word() + " of " + folder.name());
            return ExitCode.DONE;
        }
        if (!before.jobs().out().isEmpty() && verb == CommandFolder.Verb.KILL) {
            return drive(folder, drive, before.mode(), "caravan kill " + name) == ExitCode.FAULT
                    ? ExitCode.FAULT
                    : ExitCode.DONE;
        }
        new RunScreen(context, false, false).summary(summary(folder), folder);
        return ExitCode.DONE;
    }
}
