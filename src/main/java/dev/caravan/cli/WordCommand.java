package dev.caravan.cli;

import dev.caravan.lease.Lease;
import dev.caravan.operator.GivenApproval;
import dev.caravan.operator.OperatorCommands;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import java.util.Objects;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says the word that a run waits for: into its journal, or to the process that holds it. */
abstract class WordCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(names = "--actor", paramLabel = "NAME", description = "who says so (default: who is logged in)")
    String actor = "";

    @Option(
            names = "--step",
            paramLabel = "STEP",
            description = "the approval step that is meant (default: whatever the run waits for)")
    String step = "";

    @Option(
            names = "--packet",
            paramLabel = "DIGEST",
            description = "what was looked at, 8 characters of it at least; refused when other units wait by now")
    String packet = "";

    private final CommandFolder.Verb verb;

    WordCommand(CommandContext context, CommandFolder.Verb verb) {
        super(context);
        this.verb = verb;
    }

    /** Why, checked; or empty. */
    abstract String reason();

    /** What is told when it was said. */
    abstract String said(RunFolder folder, RunSummary.Question question);

    @Override
    public Integer call() {
        String who = actor.isEmpty() ? actor() : OperatorCommands.actor("approve", "--actor", actor);
        var word = new GivenApproval.Word(verb == CommandFolder.Verb.APPROVE, who, reason(), step, packet);
        RunFolder folder = CommandContext.run(name);
        RunSummary before = summary(folder);
        boolean done = new OperatorCommands(context.disk(), context.clock(), who).decide(folder, word);
        context.out()
                .println(
                        done
                                ? said(folder, Objects.requireNonNull(before.question()))
                                : "told the process that holds " + folder.name());
        return ExitCode.DONE;
    }

    /** How the run goes on. */
    String next(RunFolder folder) {
        return Lease.isHeld(CommandContext.service()) && context.state(folder).served()
                ? "; the service starts it in its turn"
                : "; no service is at work here: start one with `caravan serve`, or: caravan resume " + folder.name();
    }
}
