package dev.caravan.cli;

import dev.caravan.base.InvalidFileException;
import dev.caravan.run.Commands;
import dev.caravan.run.Lease;
import dev.caravan.run.LeaseHeldException;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says the word that a run waits for: into its journal, or to the process that holds it. */
abstract class WordCommand extends RunsCommand {
    private static final int LONGEST_ACTOR = 100;

    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(names = "--actor", paramLabel = "NAME", description = "who says so (default: who is logged in)")
    String actor = "";

    private final Commands.Verb verb;

    WordCommand(Shop shop, Commands.Verb verb) {
        super(shop);
        this.verb = verb;
    }

    /** What goes with the word, or empty. */
    abstract String text();

    /** @return false when the run does not wait for it any more */
    abstract boolean say(RunStore store, String who, String text);

    abstract String said(RunFolder folder);

    @Override
    public Integer call() {
        String who = actor.isEmpty() ? actor() : word("approve", "--actor", actor, LONGEST_ACTOR);
        String text = text();
        RunFolder folder = Shop.run(name);
        summary(shop, folder);
        check(folder);
        try (RunStore store = RunStore.open(folder, shop.disk(), shop.clock(), who)) {
            if (!say(store, who, text)) {
                throw settled(folder, store.onState(RunState::approvedBy));
            }
            shop.out().println(said(folder));
        } catch (LeaseHeldException e) {
            new Commands(folder).send(verb, who, text, shop.clock().instant());
            shop.out().println("told the process that holds " + folder.name());
        }
        return ExitCode.DONE;
    }

    private void check(RunFolder folder) {
        RunState state = shop.state(folder);
        if (!state.waitsForApproval()) {
            throw settled(folder, state.approvedBy());
        }
    }

    private static InvalidFileException settled(RunFolder folder, String approvedBy) {
        return new InvalidFileException(
                folder.root().toString(),
                "",
                "does not wait for approval" + (approvedBy.isEmpty() ? "" : ": " + approvedBy + " approved it")
                        + "; `caravan status " + folder.name() + "` says how it stands");
    }

    /** Whether a service is there to go on with it. */
    boolean isServed() {
        return Lease.holder(Shop.service())
                .filter(each -> each.seemsAlive(shop.clock().instant()))
                .isPresent();
    }
}
