package dev.caravan.cli;

import dev.caravan.lease.LeaseHeldException;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Gives a run a name for people. */
@Command(name = "name", description = "Give a run a name for people; its folder keeps its own.")
final class NameCommand extends RunsCommand {
    private static final int LONGEST = 100;

    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Parameters(index = "1", paramLabel = "TITLE", description = "what to call it")
    String title = "";

    NameCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        String clean = word("name", "TITLE", title, LONGEST);
        RunFolder folder = CommandContext.run(name);
        summary(folder);
        try (RunStore store = RunStore.open(folder, context.disk(), context.clock(), actor())) {
            store.recordAndWait(new RunEvent.RunNamed(clean));
        } catch (LeaseHeldException e) {
            new CommandFolder(folder)
                    .send(
                            CommandFolder.Verb.NAME,
                            actor(),
                            clean,
                            context.clock().instant());
        }
        context.out().println(folder.name() + " is called " + clean);
        return ExitCode.DONE;
    }
}
