package dev.caravan.cli;

import dev.caravan.base.InvalidFileException;
import dev.caravan.run.Commands;
import dev.caravan.run.LeaseHeldException;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import java.util.Locale;

/** Asks the process that holds a run for something, or does it when none does. */
abstract class AskCommand extends ExistingRunCommand {
    private final Commands.Verb verb;

    AskCommand(Shop shop, Commands.Verb verb) {
        super(shop);
        this.verb = verb;
    }

    @Override
    public Integer call() {
        RunFolder folder = Shop.run(name);
        RunSummary before = summary(shop, folder);
        if (before.status().terminal() && before.jobsOut().isEmpty()) {
            throw new InvalidFileException(
                    folder.root().toString(),
                    "",
                    "is over; there is nothing to " + verb.name().toLowerCase(Locale.ROOT));
        }
        String actor = actor();
        try (RunStore store = RunStore.open(folder, shop.disk(), shop.clock(), actor)) {
            if (verb == Commands.Verb.PAUSE) {
                store.recordAndWait(new RunEvent.RunPaused("asked", "by " + actor));
            } else if (!before.status().terminal()) {
                store.recordAndWait(new RunEvent.RunKilled("by " + actor));
            }
        } catch (LeaseHeldException e) {
            new Commands(folder).send(verb, actor, shop.clock().instant());
            shop.out().println("asked for " + verb.name().toLowerCase(Locale.ROOT) + " of " + folder.name());
            return ExitCode.DONE;
        }
        if (!before.jobsOut().isEmpty() && verb == Commands.Verb.KILL) {
            return drive(folder, drive, before.mode(), "caravan kill " + name) == ExitCode.FAULT
                    ? ExitCode.FAULT
                    : ExitCode.DONE;
        }
        new Screen(shop, false, false).summary(summary(shop, folder), folder);
        return ExitCode.DONE;
    }
}
